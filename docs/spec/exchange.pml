/*
 * Between stages: partitions of one stage send the outboxes of their entries to one partition of the next (X1).
 *
 * A sender's outbox has several records; it is sent from the beginning again after a crash, by this or another environment, also
 * late (a zombie). The receiver keeps its position in the stream, and a mark for each sender, in its own log; a crash takes it
 * back to what was committed.
 *
 * Claimed: every record of every entry is applied exactly once, in the order of its sender.
 */

#ifndef N
#define N 2 /* entries of the first sender; the second has one */
#endif
#ifndef K
#define K 2 /* records of an entry */
#endif
#ifndef FAULTS
#define FAULTS 2 /* crashes and lost replies in all */
#endif
#ifndef LENGTH
#define LENGTH 5 /* records in the stream behind the receiver's position, at most */
#endif
#define SENDERS 2 /* the first has two environments at work, the second one */
#define ENTRIES(s) ((s) == 0 -> N : 1)

/* Planted mistakes: each drops one rule. */
#ifdef MARK_OF_N_ALONE
#define SEEN(n, i, mark) ((n) <= (mark) / K)
#else
#define SEEN(n, i, mark) ((n) * K + (i) <= (mark))
#endif
#ifdef ONE_MARK_FOR_ALL
#define MARK_OF(s) 0
#else
#define MARK_OF(s) (s)
#endif
#ifdef MARKS_NOT_SAVED
#define SAVED(mark) 0
#else
#define SAVED(mark) (mark)
#endif
#ifdef COMMIT_BEFORE_ACK /* E2: the next entry's records may be sent before this one's are acknowledged */
#define ACKNOWLEDGED(s) true
#else
#define ACKNOWLEDGED(s) (known == tip)
#endif

byte top[SENDERS];          /* each sender's last entry */
byte stream[LENGTH];        /* records after the receiver's committed position: (n * K + index) * SENDERS + sender */
byte sent;                  /* how many */
byte mark[SENDERS];         /* committed: the last record that it has applied of each sender, n * K + index ... */
byte applied[SENDERS];      /* ... and how many of each sender's */
byte faults = FAULTS;
byte senders;               /* at work */

inline send(s, n, i) {
  atomic {
    sent < LENGTH;
    stream[sent] = ((n) * K + (i)) * SENDERS + (s);
    sent++
  }
}

proctype sender(byte s) {
  byte tip, known, i;
  do
  :: atomic { tip < top[s] -> tip = top[s]; i = 0 }                                   /* catch up */
  :: atomic { known < tip && i < K && sent < LENGTH -> send(s, tip, i); i++ }                 /* acknowledged */
  :: atomic { known < tip && i < K && faults > 0 && sent < LENGTH -> faults--; send(s, tip, i) } /* the reply is lost: once more */
#ifdef UNORDERED_PUTS
  :: atomic { known < tip && i + 1 < K && sent + 2 <= LENGTH -> send(s, tip, (i + 1)); send(s, tip, i); i = i + 2 }
#endif
  :: atomic { i == K -> known = tip; i = 0 }
  :: atomic { faults > 0 -> faults--; i = 0; known = 0 }                              /* a crash */
  :: atomic { tip == top[s] && tip < ENTRIES(s) && ACKNOWLEDGED(s) -> top[s]++; tip++; i = 0 } /* commit: L1, E2 */
  :: atomic { tip == ENTRIES(s) && known == tip -> senders--; break }
  od
}

proctype receiver() {
  byte at, s, record;
  byte lastMark[SENDERS];
  byte lastApplied[SENDERS];
  do
  :: atomic {
       at < sent ->
         s = stream[at] % SENDERS;
         record = stream[at] / SENDERS;
         if
         :: SEEN(record / K, record % K, lastMark[MARK_OF(s)])
         :: else ->
              assert(record == K + lastApplied[s]); /* the next of its sender: none missing, none again */
              lastApplied[s]++;
              lastMark[MARK_OF(s)] = record
         fi;
         at++;
         s = 0;
         record = 0
     }
  :: atomic { /* commit: the position is before the stream's first */
       at > 0 ->
         do
         :: s + at < sent -> stream[s] = stream[s + at]; s++
         :: s + at >= sent && s < sent -> stream[s] = 0; s++
         :: s == sent -> break
         od;
         s = 0;
         sent = sent - at;
         at = 0;
         mark[0] = SAVED(lastMark[0]); mark[1] = SAVED(lastMark[1]);
         applied[0] = lastApplied[0]; applied[1] = lastApplied[1]
     }
  :: atomic { /* a crash */
       faults > 0 ->
         faults--;
         at = 0;
         lastMark[0] = mark[0]; lastMark[1] = mark[1];
         lastApplied[0] = applied[0]; lastApplied[1] = applied[1]
     }
  :: atomic { senders == 0 && sent == 0 -> break }
  od;
  assert(applied[0] == ENTRIES(0) * K && applied[1] == ENTRIES(1) * K)
}

init {
  atomic {
    senders = 3;
    run sender(0);
    run sender(0);
    run sender(1);
    run receiver()
  }
}
