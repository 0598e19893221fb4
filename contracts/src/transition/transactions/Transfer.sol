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
import {Tables} from "../tree/Table.sol";
import {Body} from "./Body.sol";

/// @title Transfer: moves balance to an account, or to an address, for which it opens and pays an account
/// @notice As `protocol/transactions/transfer.ts`.
library Transfer {
    bytes32 private constant TYPE_HASH =
        keccak256("Transfer(uint64 account,uint64 nonce,uint64 to,address recipient,uint64 amount)");
    uint256 private constant TO = 3; // account index + 1; 0 opens an account for the recipient
    uint256 private constant RECIPIENT = 4;
    uint256 private constant AMOUNT = 5;
    uint256 private constant WORDS = 6;

    function decode(uint256 cursor) internal pure returns (uint256 body, uint256 next) {
        body = Body.create(TYPE_HASH, WORDS);
        uint256 value;
        (value, cursor) = Bytes.varint(cursor, Limits.MAX_INDEX);
        Body.set(body, TO, value);
        if (value == 0) {
            (value, cursor) = Bytes.addressAt(cursor);
            Body.set(body, RECIPIENT, value);
        }
        (value, next) = Bytes.varint64(cursor);
        Body.set(body, AMOUNT, value);
    }

    function bound(uint256 body) internal pure returns (uint256) {
        return Body.get(body, TO) != 0 ? 2 * Bounds.NAMED_ACCOUNT : Bounds.NAMED_ACCOUNT + Bounds.APPENDED_ACCOUNT;
    }

    function hashStruct(State memory state, uint256 body) internal pure returns (bytes32) {
        unchecked {
            uint256 to = Body.get(body, TO);
            if (to != 0) Body.setBytes32(body, RECIPIENT, Tables.identity(state.accounts, to - 1) >> 96);
            return Eip712.hashWords(body, WORDS);
        }
    }

    function apply_(Context memory context, uint256 body) internal pure returns (uint256) {
        unchecked {
            State memory state = context.state;
            uint256 amount = Body.get(body, AMOUNT);
            if (amount == 0) return Verdicts.ZERO_AMOUNT;
            uint256 balance = Words.get(context.sender, Account.BALANCE);
            uint256 to = Body.get(body, TO);
            if (to != 0) {
                if (!Tables.has(state.accounts, to - 1)) return Verdicts.UNKNOWN_RECIPIENT;
                if (balance < amount) return Verdicts.INSUFFICIENT_BALANCE;
                Words.set(context.sender, Account.BALANCE, balance - amount);
                Words.add(Tables.find(state.accounts, to - 1), Account.BALANCE, amount);
                return Verdicts.OK;
            }
            address recipient = address(uint160(Body.get(body, RECIPIENT)));
            if (recipient == address(0)) return Verdicts.ZERO_ADDRESS;
            if (state.accounts.length > Limits.MAX_INDEX) return Verdicts.TABLE_FULL;
            uint256 accountFee = Words.get(state.system, System.ACCOUNT_FEE);
            if (balance < amount + accountFee) return Verdicts.INSUFFICIENT_BALANCE;
            Words.set(context.sender, Account.BALANCE, balance - amount - accountFee);
            Words.add(state.system, System.TREASURY, accountFee);
            Words.set(Account.append(state.accounts, recipient), Account.BALANCE, amount);
            return Verdicts.OK;
        }
    }
}
