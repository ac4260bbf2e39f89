/*
 * Resharding: children take over from parents (R1, R2, R3). Either one parent is split into two children, or (with -DMERGE) two
 * parents are merged into one child.
 *
 * There are two keys, each in a bucket of its own, with one window each. A record adds one to its key's window; a window that is
 * due is fired, once, by whoever has the key then. A parent's log is a list of entries (state-log.pml has why), worked on by
 * batches, ticks and sealers with memory of any age; a child's buckets are written by several at once, and late.
 *
 * Claimed: a window is fired once, and with all records of its parents' shards; all that was committed is emitted before the
 * next commit and before the children begin; a child begins with exactly its parents' state; rows never go back.
 */

#ifndef RECORDS
#define RECORDS 1 /* for each key in its parent's shard */
#endif
#ifndef DRIVERS
#define DRIVERS 2 /* at work on each parent, and on each child */
#endif
#ifndef TICKS
#define TICKS 1 /* entries of each parent beyond those that are needed */
#endif

#ifdef MERGE
#define PARENTS 2
#define CHILDREN 1
#define PARENT_OF(key) (key)
#define CHILD_OF(key) 0
#else
#define PARENTS 1
#define CHILDREN 2
#define PARENT_OF(key) 0
#define CHILD_OF(key) (key)
#endif
#define KEYS 2
#define INTERIM 3 /* an outbox with interim results of all keys */

/* Planted mistakes: each drops one rule. */
#ifdef NO_SEAL /* R2 */
#define SEALS false
#else
#define SEALS true
#endif
#ifdef NOT_DRAINED /* R1: whoever wants to take over, does */
#define DRAINED(p) true
#else
#define DRAINED(p) (position[p] == inShard[p])
#endif
#ifdef N0_ZERO /* R3: the child counts from 0 */
#define START_NUMBER(n) 0
#else
#define START_NUMBER(n) (n)
#endif
#ifdef ABSENT_IS_EMPTY /* R3: a bucket that is not there is taken for empty */
#define ABSENT_MAY_BE_READ true
#else
#define ABSENT_MAY_BE_READ false
#endif
#ifdef UNCONDITIONAL_START /* R3: a takeover writes a bucket over one that is there */
#define MAY_BEGIN(k) true
#else
#define MAY_BEGIN(k) (!there[k])
#endif
#ifdef SEAL_WITHOUT_EMITTING /* R2, E2 */
#define EMITTED(p) true
#else
#define EMITTED(p) (emitted[p] == top[p])
#endif

/* Keys: what lies in the shard, what was counted, whether the window was fired. */
byte inShard[PARENTS];
byte position[PARENTS];
byte count[KEYS];
bool fired[KEYS];       /* in the parent's state */
byte firings[KEYS];     /* ever, by parents and children */
byte row[KEYS];         /* the version of the key's row (E6) */

/* Parents' logs. */
byte top[PARENTS];
byte emitted[PARENTS];  /* the last entry whose outbox is emitted */
bool sealed[PARENTS];
byte extra[PARENTS];    /* entries that change little */
byte outboxKey[PARENTS]; /* what the last entry has: the key that it fired, plus one; 0 for nothing */

/* Children's logs: header, and a bucket for each key. */
bool begun[CHILDREN];
byte startNumber[CHILDREN];
bool there[KEYS];
byte stamp[KEYS];
byte content[KEYS];
bool contentFired[KEYS];
byte childTop[CHILDREN];

/* E6: the row of a key gets a newer version, or this one is refused: then it must be a repetition. */
inline upsert(key, version) {
  if
  :: row[key] < version -> row[key] = version
  :: else
  fi
}

/* E1: the outbox of a parent's last entry. */
inline emitTop(p) {
  emitted[p] = top[p];
  if
  :: outboxKey[p] == INTERIM -> /* of all keys */
       if
       :: PARENT_OF(0) == p -> upsert(0, top[p])
       :: else
       fi;
       if
       :: PARENT_OF(1) == p -> upsert(1, top[p])
       :: else
       fi
  :: outboxKey[p] == 1 || outboxKey[p] == 2 -> upsert((outboxKey[p] - 1), top[p])
  :: outboxKey[p] == 0
  fi
}

/* L1: entry tip + 1 of a parent. */
inline commit(p, key) {
  assert(!sealed[p]);
  assert(emitted[p] == top[p]); /* E2 */
  top[p]++;
  outboxKey[p] = key;
  tip = top[p]
}

proctype parent(byte p) {
  byte tip, key;
end:
  do
  :: atomic { tip < top[p] -> tip = top[p] } /* L3 */
  :: atomic { !sealed[p] && tip == top[p] && emitted[p] < tip -> emitTop(p) }
  :: atomic { /* a batch: a record of each key that is here */
       !sealed[p] && tip == top[p] && emitted[p] == tip && position[p] < inShard[p] ->
         commit(p, INTERIM);
         position[p]++;
         key = 0;
         do
         :: key < KEYS && PARENT_OF(key) == p -> count[key]++; key++
         :: key < KEYS && PARENT_OF(key) != p -> key++
         :: key == KEYS -> break
         od;
         key = 0
     }
  :: atomic { /* a tick closes a window; it is due once all has come */
       !sealed[p] && tip == top[p] && emitted[p] == tip && position[p] == inShard[p] ->
         if
         :: key = 0
         :: key = 1
         fi;
         if
         :: PARENT_OF(key) == p && !fired[key] ->
              commit(p, (key + 1));
              fired[key] = true;
              firings[key]++;
              assert(firings[key] == 1);
              assert(count[key] == RECORDS)
         :: else
         fi;
         key = 0
     }
  :: atomic { /* a tick changes something else */
       !sealed[p] && tip == top[p] && emitted[p] == tip && extra[p] < TICKS -> extra[p]++; commit(p, 0)
     }
  od
}

proctype child(byte c) {
  byte p, key, tip, n;
  byte took[KEYS];       /* the parents' state, as it was read */
  bool tookFired[KEYS];
  byte memory[KEYS];
  bool memoryFired[KEYS];

  /* R1, R2: each parent is drained, and sealed. */
  p = 0;
  do
  :: p < PARENTS ->
       DRAINED(p);
       if
       :: atomic { !sealed[p] && emitted[p] < top[p] -> emitTop(p) }
       :: atomic { !sealed[p] && SEALS && DRAINED(p) && EMITTED(p) -> sealed[p] = true; assert(emitted[p] == top[p]); top[p]++; outboxKey[p] = 0 }
       :: atomic { sealed[p] -> emitTop(p); p++ }
       :: atomic { !SEALS && EMITTED(p) -> p++ }
       fi
  :: p == PARENTS -> break
  od;
  atomic {
    p = 0;
    n = (top[0] > top[PARENTS - 1] -> top[0] : top[PARENTS - 1]);
    do
    :: key < KEYS -> took[key] = count[key]; tookFired[key] = fired[key]; key++
    :: else -> break
    od;
    key = 0
  };
  /* R3: the header, by whoever is first. */
  atomic {
    if
    :: !begun[c] -> begun[c] = true; startNumber[c] = START_NUMBER(n); childTop[c] = START_NUMBER(n)
    :: else
    fi;
    n = 0
  };
  /* R3: its buckets. */
  do
  :: key < KEYS ->
       if
       :: CHILD_OF(key) != c
       :: CHILD_OF(key) == c && ABSENT_MAY_BE_READ
       :: atomic {
            CHILD_OF(key) == c ->
              if
              :: MAY_BEGIN(key) ->
                   there[key] = true;
                   stamp[key] = startNumber[c];
                   content[key] = took[key];
                   contentFired[key] = tookFired[key]
              :: else
              fi
          }
       fi;
       key++
  :: key == KEYS -> break
  od;
  key = 0;
  /*
   * The child's life, in short: a load, which finds the parents' state; then each window is fired by an entry, whose bucket is
   * written. The ring has one slot: once the next entry is committed, no bucket may be older (B2).
   */
  do
  :: atomic {
       key < KEYS && CHILD_OF(key) == c ->
         assert(there[key] || ABSENT_MAY_BE_READ);
         assert(content[key] == RECORDS); /* all that the parents counted */
         assert(contentFired[key] == (firings[key] > 0)); /* and fired */
         if
         :: !contentFired[key] ->
              assert(firings[key] == 0);
              childTop[c]++;
              firings[key]++;
              assert(row[key] < childTop[c]); /* so that its row is newer than any of the parents' */
              row[key] = childTop[c];
              contentFired[key] = true;
              stamp[key] = childTop[c]
         :: else
         fi;
         key++
     }
  :: key < KEYS && CHILD_OF(key) != c -> key++
  :: key == KEYS -> break
  od
}

init {
  byte i;
  atomic {
    do
    :: i < PARENTS -> inShard[i] = RECORDS; i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < DRIVERS ->
         run parent(0);
         run child(0);
#ifdef MERGE
         run parent(1);
#else
         run child(1);
#endif
         i++
    :: else -> break
    od
  }
}
