/** Layout of the messages between the recovery worker and its owner. */
export const ADDRESS_BYTES = 20;
/** hash (32) || signature (64) */
export const REQUEST_BYTES = 96;
/** address (20) || 1 if it was recovered, else 0 */
export const ANSWER_BYTES = ADDRESS_BYTES + 1;
