/** Once before the workers start: two of them must not compile the contracts at the same time. */
import { ensureContractsBuilt } from "../../contracts/script/artifacts.ts";

export const setup = ensureContractsBuilt;
