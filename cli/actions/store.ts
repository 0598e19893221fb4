/** What `tributary store` does. */
import { readdir } from "node:fs/promises";
import { TributaryError } from "../../runtime/errors.ts";
import { repairStore } from "../../runtime/store/store.ts";

const LEVELDB_FILE = /^(CURRENT|MANIFEST-.*|.*\.(ldb|sst|log))$/;

export async function repair(dir: string): Promise<void> {
  // LevelDB would make an empty store where there is none, and call that repaired.
  const files = await readdir(dir).catch(() => []);
  if (!files.some((name) => LEVELDB_FILE.test(name))) {
    throw new TributaryError("invalid-params", `there is no store in ${dir}`);
  }
  await repairStore(dir);
  console.log(
    `salvaged what was readable in ${dir}; start the daemon: it replays the log and says if anything is missing`,
  );
}
