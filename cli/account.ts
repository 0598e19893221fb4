/** Keys, which come from the environment only: arguments show in process lists. */
import { type Hex, hexToBytes, isHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { TributaryError } from "../runtime/errors.ts";
import { createHostClient } from "../runtime/host/hostClient.ts";
import { onHost } from "../runtime/host/hostErrors.ts";
import { refuseKnownKey } from "./devnet/accounts.ts";

/** The account of a key in the environment. Throws `invalid-config`; known development keys only on development chains. */
export function accountFromEnv(variable: string, chainId: number): PrivateKeyAccount {
  const key = process.env[variable];
  if (key === undefined || !isHex(key) || key.length !== 66) {
    throw new TributaryError("invalid-config", `${variable} must hold a private key: 0x and 64 hex digits`);
  }
  const account = accountOf(key);
  if (account === undefined) {
    throw new TributaryError("invalid-config", `${variable} holds no private key: the number is out of range`);
  }
  refuseKnownKey(account.address, chainId);
  return account;
}

/** The bytes of a key in the environment. Throws as `accountFromEnv` does. */
export function keyFromEnv(variable: string, chainId: number): Uint8Array {
  accountFromEnv(variable, chainId);
  return hexToBytes(process.env[variable] as Hex);
}

/** As `accountFromEnv`, for the chain of a host. Throws `host-unreachable` too. */
export async function accountOnHost(variable: string, hostRpc: string): Promise<PrivateKeyAccount> {
  const client = createHostClient({ rpcUrl: hostRpc });
  return accountFromEnv(variable, await onHost(`asking ${hostRpc} for its chain id`, () => client.getChainId()));
}

function accountOf(key: Hex): PrivateKeyAccount | undefined {
  try {
    return privateKeyToAccount(key);
  } catch {
    return undefined; // the cause may show the key
  }
}
