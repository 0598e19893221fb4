/** Worker thread: recovers signers, a message of many requests at a time. */
import { parentPort } from "node:worker_threads";
import { useFastHashes } from "../fastHashes.ts";
import { nativeRecover } from "./nativeRecover.ts";
import { ADDRESS_BYTES, ANSWER_BYTES, REQUEST_BYTES } from "./recoverMessages.ts";

await useFastHashes();
parentPort!.on("message", (requests: Uint8Array) => {
  const count = requests.length / REQUEST_BYTES;
  const answers = new Uint8Array(count * ANSWER_BYTES);
  for (let i = 0; i < count; i++) {
    const at = i * REQUEST_BYTES;
    const signer = nativeRecover(requests.subarray(at, at + 32), requests.slice(at + 32, at + REQUEST_BYTES));
    if (signer === undefined) continue;
    answers.set(signer, i * ANSWER_BYTES);
    answers[i * ANSWER_BYTES + ADDRESS_BYTES] = 1;
  }
  parentPort!.postMessage(answers, [answers.buffer]);
});
