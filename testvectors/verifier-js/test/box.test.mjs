// The records of testvectors/ with a flaw in the ballots or after them.
import { testRecords } from './check.mjs';

testRecords(({ expect }) => expect.number >= 18);
