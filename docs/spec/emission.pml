/*
 * Emission from one partition's log: batches, ticks and the event source mapping (E1 to E6).
 *
 * The log is a list of entries; a commit succeeds where the environment's tip is the log's (state-log.pml has why). An
 * environment's memory may be of any age; it may crash or fail between any two steps, and may go on after the mapping has given
 * it up (a zombie). The mapping delivers again until it is told how far it may move on; but it may also move on because
 * records have expired, because its retries are limited, or because another mapping takes its place.
 *
 * Claimed: only what was committed is emitted, and an id never with two contents; no entry is committed over an outbox that was
 * not emitted; the mapping is not told to move past records whose outboxes were not; a row never goes back. And once
 * faults have ended, all that was committed is emitted, for ever (with weak fairness): `ltl allEmitted`.
 */

#ifndef ENVIRONMENTS
#define ENVIRONMENTS 2
#endif
#ifndef RECORDS
#define RECORDS 3 /* in the shard */
#endif
#ifndef N
#define N 4 /* entries in all */
#endif
#ifndef FAULTS
#define FAULTS 3 /* crashes, failures, lost replies, stale reads, zombies and moves of the mapping in all */
#endif

#ifdef NO_TICKS
#define TICKS false
#else
#define TICKS true
#endif

/* Planted mistakes: each drops one rule. */
#ifdef NO_FENCE /* L1 */
#define FENCED false
#else
#define FENCED (tip != top)
#endif
#ifdef BATCH_AFTER_DROPPING /* E3: the batch without the records that are dropped */
#define STARTS_AFTER(p) (to > (p))
#else
#define STARTS_AFTER(p) (from > (p))
#endif
#ifdef AGE_IGNORED /* E3: a record that may have expired */
#define YOUNG(p) true
#else
#define YOUNG(p) ((p) > oldAtStart)
#endif
#ifdef MAPPING_IGNORED /* E3: another mapping */
#define SAME_MAPPING(m) true
#else
#define SAME_MAPPING(m) ((m) == byMapping)
#endif
#ifdef RETRIES_IGNORED /* E3: a mapping that gives up */
#define RETRIES true
#else
#define RETRIES (trouble != GIVES_UP)
#endif
#ifdef TICK_COUNTS_AS_BATCH /* E3, E4: any entry is taken for one of kind batch */
#define IS_BATCH(e) true
#else
#define IS_BATCH(e) (isBatch[e])
#endif
#define KNOWN_EMITTED /* E3 */ \
  (IS_BATCH(tip) && SAME_MAPPING(mapping[tip]) && YOUNG(position[tip]) && RETRIES && STARTS_AFTER(position[tip]))

/* Entries, by number. The position of entry 0 is before the first record. */
byte top;
bool isBatch[N + 1];  /* E4: it advanced the position */
byte mapping[N + 1];
byte position[N + 1];
bool emitted[N + 1];  /* by whomever, at least once */
byte row;             /* the version of the row that all outputs are written to (E6) */

/* The event source mapping, and how it may move on without having been told to. */
mtype = { NONE, EXPIRY, GIVES_UP, REPLACED };
mtype trouble;
byte mappingId = 1;
byte nextRecord = 1;        /* the record that it delivers next */
byte old;             /* records up to this one arrived more than 23 hours ago, and may expire */
byte waitsFor;        /* the environment that it waits for, 0 if none */
byte told;            /* what that one has told: 0 nothing yet, otherwise the record to deliver next */

byte batchFrom[ENVIRONMENTS + 1]; /* what is delivered: 0 if nothing */
byte batchTo[ENVIRONMENTS + 1];

byte faults = FAULTS;

#define FAULT (faults > 0)

inline emit(e) {
  assert(e <= top); /* committed */
  emitted[e] = true;
#ifdef UNCONDITIONAL_UPSERT /* E6 */
  assert(row <= e);
  row = e
#else
  row = (row < e -> e : row)
#endif
}

/* An entry on top of the tip. */
inline land(by) {
  assert(tip == top);               /* one content for a number, and so for an id */
  assert(top == 0 || emitted[top]); /* E2: nothing is buried that was not emitted */
  top++;
  mapping[top] = by
}

/* Of entry e, if it covers a record that the mapping is told to move past. */
inline isEmitted(e) {
  assert(top < e || emitted[e] || !isBatch[e] || told <= position[e - 1] + 1)
}

proctype environment() {
  byte tip;         /* memory */
  bool tipEmitted;  /* this very life has emitted the tip's outbox, or knows that it was */
  byte from, to, byMapping, oldAtStart; /* the batch as delivered; from = 0: a tick */

end: /* idle */
  atomic {
    from = 0; to = 0; byMapping = 0; oldAtStart = 0;
    if
    :: batchFrom[_pid] > 0 ->
         from = batchFrom[_pid]; to = batchTo[_pid]; byMapping = mappingId; oldAtStart = old;
         batchFrom[_pid] = 0; batchTo[_pid] = 0
    :: batchFrom[_pid] == 0 && TICKS /* a tick */
    fi
  };

catchUp: /* L3 */
  atomic {
    if
    :: tip < top -> tip = top; tipEmitted = false
    :: FAULT && tip + 1 < top -> faults--; tip++; tipEmitted = false /* a read that is behind */
    :: FAULT && tip < top -> faults--
    :: tip == top
    fi;
    if
    :: tip == 0 -> tipEmitted = true
    :: tip > 0 && !tipEmitted && from > 0 && KNOWN_EMITTED -> tipEmitted = true
#ifdef TICK_BURIES_OUTBOX /* E2: a tick does not emit what was there before it */
    :: from == 0 -> tipEmitted = true
#endif
#ifdef COVERED_BATCH_EMITS_NOTHING /* E2: a batch of which nothing is left reports success at once */
    :: from > 0 && position[tip] >= to -> tipEmitted = true
#endif
    :: else
    fi
  };

work:
  do
  :: atomic { !tipEmitted -> emit(tip); tipEmitted = true } /* E1, E2, E5 */
#ifdef EMIT_BEFORE_COMMIT /* E1 */
  :: atomic { tipEmitted && tip < N && from > 0 && position[tip] < to -> emit((tip + 1)) }
#endif
  :: atomic { tipEmitted && FENCED && tip < N && !(from > 0 && position[tip] >= to) -> goto catchUp } /* L1, L2 */
  :: atomic { /* commit: one entry may hold a part of the batch (L4) */
       tipEmitted && !FENCED && tip < N && from > 0 && position[tip] < to ->
         land(byMapping);
         position[top] = (position[tip] < from -> from : position[tip] + 1);
         do
         :: position[top] < to -> position[top]++
         :: break
         od;
         isBatch[top] = true;
         tip = top;
         tipEmitted = false
     }
  :: atomic { tipEmitted && !FENCED && tip < N && from == 0 -> /* a tick that changes something */
         land(mappingId);
         position[top] = position[tip];
         tip = top;
         tipEmitted = false
     }
  :: tipEmitted && (from == 0 || position[tip] >= from || tip == N) -> break
     /* all is done, or a record has failed and those before it are done, or a tick changes nothing (E5) */
  :: atomic { FAULT -> faults--; goto fails }  /* memory stays as of the tip (L2); a reply that is lost, for one */
  :: atomic { FAULT -> faults--; tip = 0; tipEmitted = false; goto fails } /* a crash */
  od;
  atomic {
    if
    :: from > 0 && waitsFor == _pid && told == 0 ->
         told = (position[tip] < to && tip < N -> position[tip] + 1 : to + 1);
         isEmitted(1); /* E2 */
         isEmitted(2);
         isEmitted(3)
#if N > 3
         ; isEmitted(4)
#endif
    :: else
    fi;
    goto end
  };

fails:
  atomic {
    if
    :: from > 0 && waitsFor == _pid && told == 0 -> told = nextRecord
    :: else
    fi;
    goto end
  }
}

proctype eventSourceMapping() {
  byte e, to;
end:
  do
  :: atomic { /* a batch is delivered, perhaps again */
       waitsFor == 0 && nextRecord <= RECORDS ->
         e = 1;
         do
         :: e < ENVIRONMENTS -> e++
         :: break
         od;
         to = nextRecord;
         do
         :: to < RECORDS -> to++
         :: break
         od;
         if
         :: batchFrom[e] == 0 -> batchFrom[e] = nextRecord; batchTo[e] = to; waitsFor = e; told = 0
         :: else
         fi;
         e = 0; to = 0
     }
  :: atomic { told > 0 -> nextRecord = told; told = 0; waitsFor = 0 }
  :: atomic { FAULT && waitsFor > 0 && told == 0 -> faults--; waitsFor = 0 }             /* a zombie goes on */
  :: atomic { FAULT && trouble == EXPIRY && old < RECORDS -> faults--; old++ }
  :: atomic { trouble == EXPIRY && nextRecord <= old -> nextRecord++; waitsFor = 0; told = 0 }       /* a record expires */
  :: atomic { FAULT && trouble == GIVES_UP && nextRecord <= RECORDS -> faults--; nextRecord++; waitsFor = 0; told = 0 }
  :: atomic { FAULT && trouble == REPLACED && mappingId == 1 && waitsFor == 0 && batchFrom[1] == 0 && batchFrom[2] == 0 ->
       faults--;
       mappingId = 2;
       told = 0;
       nextRecord = 1;
       do
       :: nextRecord <= RECORDS -> nextRecord++
       :: break
       od
     }
  od
}

#ifdef LIVENESS
/* Goes on where all else waits: what fails to happen then is a cycle that Spin finds. */
proctype time() {
  bool even;
  do
  :: even = !even
  od
}
#endif

init {
  byte i;
  atomic {
    emitted[0] = true;
    if
#ifdef TROUBLE
    :: trouble = TROUBLE
#else
    :: trouble = NONE
    :: trouble = EXPIRY
    :: trouble = GIVES_UP
    :: trouble = REPLACED
#endif
    fi;
    /* Environments first: their process ids are 1, 2, ... */
    do
    :: i < ENVIRONMENTS -> run environment(); i++
    :: else -> break
    od;
    run eventSourceMapping();
#ifdef LIVENESS
    run time()
#endif
  }
}

#ifdef LIVENESS
ltl allEmitted { <>[] (emitted[top] && (nextRecord > RECORDS || top == N)) }
#endif
