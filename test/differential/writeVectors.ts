/** Writes `test/vectors`, after a change of the rules. Usage: npm run vectors */
import { writeFileSync } from "node:fs";
import { useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { vectorFile, vectorText } from "./vectorFiles.ts";
import { allVectors } from "./vectors.ts";

useHasher(nativeHasher);
for (const [name, vectors] of Object.entries(allVectors())) {
  writeFileSync(vectorFile(name), vectorText(vectors));
  console.log(`${vectorFile(name)}: ${vectors.length} blocks`);
}
