/** Who signs: any viem account, or a wallet behind a viem wallet client. */
import type { Chain, Client, Transport, Account as ViemAccount } from "viem";
import { signTypedData } from "viem/actions";
import { equalBytes, fromHex, type Hex } from "../protocol/bytes.ts";
import type { TypedData } from "../protocol/eip712.ts";
import { compactSignature, portableRecover } from "../protocol/signature.ts";
import { TributaryArgumentError } from "./errors.ts";

/** The part of a viem account that the client uses; every local account has it. */
export interface Signer {
  readonly address: Hex;
  /** Signs the digest itself: the fast path, same bytes. */
  readonly sign?: ((parameters: { hash: Hex }) => Promise<Hex>) | undefined;
  signTypedData(typedData: TypedData): Promise<Hex>;
}

/**
 * A signer for a wallet (`window.ethereum`, WalletConnect ...), which shows the user what is signed.
 *
 * @example
 * const account = walletSigner(createWalletClient({ account, chain, transport: custom(window.ethereum) }));
 */
export function walletSigner(wallet: Client<Transport, Chain | undefined, ViemAccount>): Signer {
  const { account } = wallet;
  return { address: account.address, signTypedData: (typedData) => signTypedData(wallet, { account, ...typedData }) };
}

/**
 * The signature of `hash` as 64 bytes (EIP-2098). `typedData` is made only for signers that cannot sign a digest; what
 * these return is checked, since a wallet may hold another key than it says. Throws TributaryArgumentError if the
 * signature is not the signer's own, as that of a smart wallet: those go through the Inbox.
 */
export async function signHash(signer: Signer, hash: Hex, typedData: () => TypedData): Promise<Uint8Array> {
  const given = fromHex(signer.sign ? await signer.sign({ hash }) : await signer.signTypedData(typedData()));
  const signature = compactSignature(given);
  if (signature === undefined) {
    throw new TributaryArgumentError(
      "account",
      "gave no plain secp256k1 signature: smart wallets use forced transactions",
    );
  }
  if (!signer.sign) {
    const recovered = portableRecover(fromHex(hash), signature);
    if (recovered === undefined || !equalBytes(recovered, fromHex(signer.address))) {
      throw new TributaryArgumentError("account", `signed with another key than that of ${signer.address}`);
    }
  }
  return signature;
}
