// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Words} from "../Words.sol";
import {Table, Tables} from "../tree/Table.sol";

/// @title Withdrawals
/// @notice As `protocol/state/withdrawal.ts`.
library Withdrawal {
    uint256 internal constant AMOUNT = 4;
    uint256 internal constant ACCOUNT_REF = 5;
    uint256 internal constant TIMESTAMP = 6;

    function append(Table memory withdrawals, address recipient, uint256 amount, uint256 account, uint256 timestamp)
        internal
        pure
    {
        unchecked {
            uint256 withdrawal = Tables.append(withdrawals);
            Words.setChunk(withdrawal, 0, bytes32(bytes20(recipient)));
            Words.set(withdrawal, AMOUNT, amount);
            Words.set(withdrawal, ACCOUNT_REF, account + 1);
            Words.set(withdrawal, TIMESTAMP, timestamp);
        }
    }
}
