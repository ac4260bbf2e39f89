/*
 * The state log of one partition: several environments write it at once, with memory of any age (L1, L2, L3, B1, B2, B3).
 *
 * Every request is one step. A request may be lost, or land long after its writer has given it up ("stray"); a reply that is
 * lost is a stray that lands at once. A crash leaves an environment without memory. A read may return any older item, so many
 * reads one after another are no more than one step with items of any age: a load and catching up are one step each.
 * Whatever the code does in a certain order, an environment may do here in any.
 *
 * Claimed: entry n is committed once, and made of the state as of n - 1; memory and loads are the state of the committed
 * history as of their tip, and know the tip's entry (so its outbox); no slot is overwritten that a load may need.
 */

#ifndef WRITERS
#define WRITERS 2 /* environments */
#endif
#ifndef R
#define R 3 /* slots of the ring */
#endif
#ifndef N
#define N 5 /* entries in all */
#endif
#ifndef STRAYS
#define STRAYS 1 /* requests under way that nobody waits for, at most */
#endif
#define B 2 /* buckets */

/* Planted mistakes: each drops one rule. */
#ifdef NO_FENCE /* L1: an entry is put without a condition */
#define FITS(n) true
#else
#define FITS(n) (slot[(n) % R] < (n))
#endif
#ifdef UNCONDITIONAL_BUCKET /* B1: a bucket is put without a condition */
#define NEWER(b, s) true
#else
#define NEWER(b, s) (stamp[b] < (s))
#endif
#ifdef NO_COVER /* B2: an entry is overwritten, needed or not */
#define COVERED(n) true
#else
#ifdef COVER_AT_LEAST /* B2: with "at least" for "larger than" */
#define COVERED(n) ((n) <= R || (known[0] >= (n) - R && known[1] >= (n) - R))
#else
#define COVERED(n) ((n) <= R || (known[0] > (n) - R && known[1] > (n) - R))
#endif
#endif
#ifdef LOAD_AFTER_SMALLEST_STAMP /* B3: a load begins after the smallest stamp */
#define FIRST_TO_READ(s) ((s) + 1)
#else
#define FIRST_TO_READ(s) (s)
#endif
#ifdef TAKE_EARLY_END /* B3: an end below the largest stamp is taken for the end */
#define TOO_EARLY(end, s) false
#else
#define TOO_EARLY(end, s) ((end) < (s))
#endif
#ifdef TAKE_LAPPED /* B3: a load that was lapped is taken for ended. No mistake: the copy is a lap old, and L1 refuses what it commits */
#define LAPPED(n) false
#else
#define LAPPED(n) (slot[(n) % R] > (n))
#endif
#ifdef KEEP_UNCOMMITTED /* L2: what a batch has changed stays in memory, whatever became of its entry */
#define KEEPS_UNCOMMITTED true
#else
#define KEEPS_UNCOMMITTED false
#endif
#ifdef APPLY_TO_ALL /* L3: entries are applied to newer buckets too. No mistake: entries hold values, not differences */
#define APPLIES(n, s) true
#else
#define APPLIES(n, s) ((n) > (s))
#endif

/* What is stored. A bucket's content is the number of changes in it. */
byte slot[R];        /* the number of the entry in it, 0 if it is empty */
byte stamp[B];       /* of the bucket's item, 0 if there is none */
byte content[B];
byte changed[N + 1]; /* entry n: the bucket that it changes ... */
byte value[N + 1];   /* ... and what it holds then. By number, not slot: `land` asserts that no number comes twice */

/*
 * What can be known of the stamps: the largest that ever was. An environment knows less, and then writes buckets that it need
 * not have written: that is allowed at any time.
 */
byte known[B];

/* What ought to be: the history. */
byte top;                /* the last entry that was committed */
byte truth[(N + 1) * B]; /* the content of each bucket as of each entry */

/* The first entry that a load needs now. */
#define SMALLEST_STAMP (stamp[0] < stamp[1] -> stamp[0] : stamp[1])
#define FIRST_NEEDED (SMALLEST_STAMP > 0 -> SMALLEST_STAMP : 1)

/* Strays: an entry (n > 0) that gives a bucket this content; or a bucket with this content and stamp. */
typedef Request { bool used; byte n, bucket, content, stamp }
Request stray[STRAYS];

/* An entry's put arrives: bucket b holds v then. */
inline land(num, bkt, val) {
  if
  :: FITS(num) ->
       assert((num) == top + 1);                  /* no fork, no gap */
       assert((val) == truth[top * B + bkt] + 1); /* made of the committed state */
       truth[(num) * B] = truth[top * B];
       truth[(num) * B + 1] = truth[top * B + 1];
       truth[(num) * B + bkt] = val;
       changed[num] = bkt;
       value[num] = val;
       slot[(num) % R] = num;
       top = num;
       assert(slot[FIRST_NEEDED % R] == FIRST_NEEDED); /* a load finds what it needs */
       landed = true
  :: else -> landed = false
  fi
}

/* A bucket's put arrives. */
inline landBucket(bkt, num, val) {
  if
  :: NEWER(bkt, num) ->
       stamp[bkt] = num;
       content[bkt] = val;
       known[bkt] = (known[bkt] < num -> num : known[bkt])
  :: else
  fi
}

/* The request becomes a stray, if there may be one more. */
inline goAstray(num, bkt, val, ofTip) {
  i = 0;
  do
  :: i < STRAYS && stray[i].used -> i++
  :: else -> break
  od;
  if
  :: i < STRAYS -> stray[i].used = true; stray[i].n = num; stray[i].bucket = bkt; stray[i].content = val; stray[i].stamp = ofTip
  :: else
  fi;
  i = 0
}

/* L3, B3: the entry after the tip, to buckets that were read with these stamps. */
inline apply() {
  tip++;
  if
  :: APPLIES(tip, read[changed[tip]]) -> memory[changed[tip]] = value[tip]
  :: else
  fi;
  hasTip = true
}

/* A bucket as it is, or as of an older stamp: whatever was once there was true. */
inline readBucket(b) {
  i = stamp[b];
  do
  :: i > 0 -> i--
  :: break
  od;
  memory[b] = (i == stamp[b] -> content[b] : truth[i * B + b]);
  read[b] = i;
  i = 0
}

inline isCommittedState() {
  assert(memory[0] == truth[tip * B] && memory[1] == truth[tip * B + 1])
}

inline forget() {
  tip = 0; hasTip = false; memory[0] = 0; memory[1] = 0; read[0] = 0; read[1] = 0
}

proctype environment() {
  byte tip;       /* memory: the state as of this entry */
  byte memory[B];
  byte read[B];   /* the stamps of buckets as they were loaded */
  bool hasTip;    /* the tip's entry is known */
  bool landed;
  byte b, i;

load: /* B3: the buckets, then the ring from the smallest stamp on, inclusive */
  atomic {
    readBucket(0);
    readBucket(1);
    tip = (read[0] < read[1] -> read[0] : read[1]);
    tip = (FIRST_TO_READ(tip) > 0 -> FIRST_TO_READ(tip) - 1 : 0);
    do
    :: tip < top -> apply()                                          /* in its slot, or as that was a lap ago */
    :: LAPPED(tip + 1) -> forget(); goto load                        /* start over */
    :: TOO_EARLY(tip, read[0]) || TOO_EARLY(tip, read[1]) -> forget(); goto load
    :: !TOO_EARLY(tip, read[0]) && !TOO_EARLY(tip, read[1]) -> break /* the end, or so it looks */
    od;
    isCommittedState();
    assert(tip == 0 || hasTip);
    read[0] = 0;
    read[1] = 0
  };

  do
  :: atomic { /* catchUp: L3 */
       tip < top ->
         do
         :: tip < top -> apply()
         :: slot[(tip + 1) % R] > tip + 1 -> forget(); goto load     /* lapped */
         :: break
         od;
         isCommittedState()
     }
  :: atomic { /* a bucket is written: B1, B2 */
       if
       :: b = 0
       :: b = 1
       fi;
       if
       :: landBucket(b, tip, memory[b])
       :: goAstray(0, b, memory[b], tip)                             /* the outcome is unknown */
       fi;
       b = 0
     }
  :: atomic { /* commit: L1, once B2 holds */
       tip < N && COVERED(tip + 1) ->
         if
         :: b = 0
         :: b = 1
         fi;
         if
         :: land(tip + 1, b, memory[b] + 1)
         :: goAstray(tip + 1, b, memory[b] + 1, 0); landed = false   /* the outcome is unknown */
         fi;
         if
         :: landed || KEEPS_UNCOMMITTED -> tip++; memory[b]++; hasTip = true
         :: else                                                     /* fenced or unknown: L2 */
         fi;
         landed = false;
         b = 0
     }
  :: atomic { forget(); goto load } /* a crash: another environment */
  :: tip == N -> break
  od
}

/* Strays land, or never do. */
proctype network() {
  bool landed;
  byte i;
endNetwork:
  do
  :: atomic {
       if
       :: stray[0].used -> i = 0
#if STRAYS > 1
       :: stray[1].used -> i = 1
#endif
       fi;
       if
       :: stray[i].n > 0 -> land(stray[i].n, stray[i].bucket, stray[i].content); landed = false
       :: stray[i].n == 0 -> landBucket(stray[i].bucket, stray[i].stamp, stray[i].content)
       :: skip
       fi;
       stray[i].used = false; stray[i].n = 0; stray[i].bucket = 0; stray[i].content = 0; stray[i].stamp = 0;
       i = 0
     }
  od
}

init {
  byte w;
  atomic {
    do
    :: w < WRITERS -> run environment(); w++
    :: else -> break
    od;
    run network()
  }
}
