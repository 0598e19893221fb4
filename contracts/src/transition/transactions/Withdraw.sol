// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "../Bytes.sol";
import {Eip712} from "../Eip712.sol";
import {Limits} from "../Limits.sol";
import {Bounds} from "../Meter.sol";
import {Verdicts} from "../Verdicts.sol";
import {Words} from "../Words.sol";
import {Account} from "../state/Account.sol";
import {Context, State} from "../state/State.sol";
import {System} from "../state/System.sol";
import {Withdrawal} from "../state/Withdrawal.sol";
import {Body} from "./Body.sol";

/// @title Withdraw: takes balance out; the Vault pays it on the host once the root is final
/// @notice As `protocol/transactions/withdraw.ts`.
library Withdraw {
    bytes32 private constant TYPE_HASH =
        keccak256("Withdraw(uint64 account,uint64 nonce,address recipient,uint64 amount)");
    uint256 private constant RECIPIENT = 3;
    uint256 private constant AMOUNT = 4;
    uint256 private constant WORDS = 5;

    function decode(uint256 cursor) internal pure returns (uint256 body, uint256 next) {
        body = Body.create(TYPE_HASH, WORDS);
        uint256 value;
        (value, cursor) = Bytes.addressAt(cursor);
        Body.set(body, RECIPIENT, value);
        (value, next) = Bytes.varint64(cursor);
        Body.set(body, AMOUNT, value);
    }

    function bound() internal pure returns (uint256) {
        return Bounds.NAMED_ACCOUNT + Bounds.APPENDED_WITHDRAWAL;
    }

    function hashStruct(uint256 body) internal pure returns (bytes32) {
        return Eip712.hashWords(body, WORDS);
    }

    function apply_(Context memory context, uint256 body) internal pure returns (uint256) {
        unchecked {
            State memory state = context.state;
            uint256 amount = Body.get(body, AMOUNT);
            if (amount == 0) return Verdicts.ZERO_AMOUNT;
            address recipient = address(uint160(Body.get(body, RECIPIENT)));
            if (recipient == address(0)) return Verdicts.ZERO_ADDRESS;
            uint256 balance = Words.get(context.sender, Account.BALANCE);
            if (balance < amount) return Verdicts.INSUFFICIENT_BALANCE;
            if (state.withdrawals.length > Limits.MAX_INDEX) return Verdicts.TABLE_FULL;
            Words.set(context.sender, Account.BALANCE, balance - amount);
            Words.add(state.system, System.WITHDRAWN, amount);
            Withdrawal.append(state.withdrawals, recipient, amount, context.account, state.timestamp);
            return Verdicts.OK;
        }
    }
}
