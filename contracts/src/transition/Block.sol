// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BlockInput} from "../interfaces/ITransition.sol";
import {InboxMessages} from "./InboxMessages.sol";
import {Eip712} from "./Eip712.sol";
import {Limits} from "./Limits.sol";
import {Meter, MeterState} from "./Meter.sol";
import {Signature} from "./Signature.sol";
import {Verdicts} from "./Verdicts.sol";
import {Words} from "./Words.sol";
import {Account} from "./state/Account.sol";
import {Context, State, States} from "./state/State.sol";
import {System} from "./state/System.sol";
import {Body} from "./transactions/Body.sol";
import {Registry} from "./transactions/Registry.sol";
import {Tables} from "./tree/Table.sol";

/// @title Execution of one block
/// @notice A total function of state, header, content and messages: any bytes have a result. As `protocol/block.ts`. Spec:
/// docs/spec/blocks.md.
library Block {
    function execute(State memory state, BlockInput calldata input) internal view {
        unchecked {
            state.timestamp = input.timestamp;
            uint256 weight;
            for (uint256 i = 0; i < input.messages.length; i++) {
                weight += InboxMessages.weightOf(input.messages[i]);
            }
            MeterState memory meter = Meter.start(state, weight);
            Words.add(state.system, System.HEIGHT, 1);
            Words.set(state.system, System.TIMESTAMP, state.timestamp);
            Words.add(state.system, System.INBOX_INDEX, input.messages.length);
            Context memory context;
            context.state = state;
            uint256 scratch = freeMemory();
            for (uint256 i = 0; i < input.messages.length; i++) {
                runMessage(context, input.messages[i]);
                release(scratch);
            }
            runContent(context, meter, input);
            release(scratch);
        }
    }

    /// @notice Transaction by transaction, until bytes that are none, or the first one past the meter.
    function runContent(Context memory context, MeterState memory meter, BlockInput calldata input) private view {
        unchecked {
            bytes calldata content = input.content;
            uint256 cursor;
            assembly ("memory-safe") {
                cursor := content.offset
            }
            uint256 end = cursor + content.length;
            uint256 scratch = freeMemory();
            while (cursor < end) {
                (uint256 kind, uint256 body, uint256 signature) = Registry.decode(cursor, end);
                uint256 next = signature + Limits.SIGNATURE_BYTES;
                if (next > end) break;
                if (!Meter.add(meter, Registry.bound(kind, body), next - cursor)) break;
                run(context, kind, body, signature, next - cursor, input);
                cursor = next;
                release(scratch);
            }
        }
    }

    /// @notice Runs a signed transaction of `packedBytes` whose bound is counted.
    function run(
        Context memory context,
        uint256 kind,
        uint256 body,
        uint256 signature,
        uint256 packedBytes,
        BlockInput calldata input
    ) private view {
        State memory state = context.state;
        uint256 account = Body.get(body, Body.ACCOUNT);
        uint256 sender = Tables.find(state.accounts, account);
        // What is signed is read before anything is known of the sender: that decides which records are touched.
        uint256 nonce = sender == 0 ? 0 : Words.get(sender, Account.NONCE);
        bytes32 structHash = Registry.hashStruct(state, kind, body, nonce);
        uint256 verdict = Verdicts.UNKNOWN_ACCOUNT;
        if (sender != 0) {
            address signer = Signature.recover(Eip712.signingDigest(input.separator, structHash), signature);
            if (signer == address(0) || signer != Account.owner(sender)) verdict = Verdicts.BAD_SIGNATURE;
            else verdict = takeFee(state, sender, input.feeAccount, packedBytes);
        }
        if (verdict != Verdicts.OK) return States.push(state, verdict);
        (context.account, context.sender) = (account, sender);
        Registry.apply_(context, kind, body);
    }

    /// @notice The fee is charged whatever the transaction's verdict, and the nonce rises.
    function takeFee(State memory state, uint256 sender, uint256 feeAccount, uint256 packedBytes)
        private
        pure
        returns (uint256)
    {
        unchecked {
            uint256 fee =
                Words.get(state.system, System.BASE_FEE) + Words.get(state.system, System.BYTE_FEE) * packedBytes;
            if (Words.get(sender, Account.BALANCE) < fee) return Verdicts.INSUFFICIENT_FEE;
            Words.subtract(sender, Account.BALANCE, fee);
            Words.add(sender, Account.NONCE, 1);
            uint256 payee = Tables.find(state.accounts, feeAccount);
            if (payee != 0) Words.add(payee, Account.BALANCE, fee);
            else Words.add(state.system, System.TREASURY, fee);
            return Verdicts.OK;
        }
    }

    function runMessage(Context memory context, bytes calldata message) private view {
        uint256 messageType = InboxMessages.typeOf(message);
        if (messageType == InboxMessages.DEPOSIT) {
            States.push(context.state, deposit(context.state, message));
        } else if (messageType == InboxMessages.FORCED) {
            runForced(context, message);
        } else {
            States.push(context.state, Verdicts.UNKNOWN_MESSAGE);
        }
    }

    /// @notice Credits the hinted account if it is the owner's, else a new one: nothing is left to the sequencer's discretion.
    function deposit(State memory state, bytes calldata message) private pure returns (uint256) {
        unchecked {
            (address owner, uint256 hint, uint256 amount) = InboxMessages.deposit(message);
            uint256 account = hint == 0 ? 0 : Tables.find(state.accounts, hint - 1);
            if (account == 0 || Account.owner(account) != owner) {
                if (state.accounts.length > Limits.MAX_INDEX) return Verdicts.TABLE_FULL;
                account = Account.append(state.accounts, owner);
            }
            Words.add(account, Account.BALANCE, amount);
            Words.add(state.system, System.DEPOSITED, amount);
            return Verdicts.OK;
        }
    }

    /// @notice A transaction without signature, nonce or fee, sent by its account's owner on the host.
    function runForced(Context memory context, bytes calldata message) private view {
        unchecked {
            State memory state = context.state;
            uint256 cursor;
            assembly ("memory-safe") {
                cursor := message.offset
            }
            uint256 end = cursor + message.length;
            cursor += InboxMessages.FORCED_HEAD_BYTES;
            (uint256 kind, uint256 body, uint256 next) = Registry.decode(cursor, end);
            if (next != end) return States.push(state, Verdicts.MALFORMED);
            if (!forcedBoundFits(state, Registry.bound(kind, body), end - cursor)) {
                return States.push(state, Verdicts.OVER_WEIGHT);
            }
            uint256 account = Body.get(body, Body.ACCOUNT);
            uint256 sender = Tables.find(state.accounts, account);
            if (sender == 0) return States.push(state, Verdicts.UNKNOWN_ACCOUNT);
            if (Account.owner(sender) != InboxMessages.sender(message)) return States.push(state, Verdicts.NOT_OWNER);
            (context.account, context.sender) = (account, sender);
            Registry.apply_(context, kind, body);
        }
    }

    /// @notice Whether a forced transaction's own bound fits the weight that the host reserved for it; by the tables before the block.
    function forcedBoundFits(State memory state, uint256 bound, uint256 length) private pure returns (bool) {
        unchecked {
            MeterState memory meter = Meter.start(state, 0);
            (uint256 baseBytes, uint256 baseGas) = Meter.reading(meter);
            if (!Meter.add(meter, bound, length + Limits.SIGNATURE_BYTES)) return false;
            (uint256 withBytes, uint256 withGas) = Meter.reading(meter);
            return withBytes - baseBytes <= Limits.FORCED_WEIGHT
                && withGas - baseGas <= Limits.FORCED_WEIGHT * Limits.GAS_PER_WEIGHT;
        }
    }

    function freeMemory() private pure returns (uint256 cursor) {
        assembly ("memory-safe") {
            cursor := mload(0x40)
        }
    }

    /// @notice Frees what was allocated since `at`: nothing of one transaction is needed by the next.
    function release(uint256 cursor) private pure {
        assembly ("memory-safe") {
            mstore(0x40, cursor)
        }
    }
}
