/** Every test runs with the hashes that the daemons use. */
import { useFastHashes } from "../../runtime/fastHashes.ts";

await useFastHashes();
