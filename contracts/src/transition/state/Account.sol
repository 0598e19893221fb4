// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Words} from "../Words.sol";
import {Table, Tables} from "../tree/Table.sol";

/// @title Accounts
/// @notice As `protocol/state/account.ts`. Stake and unbonding are not used yet.
library Account {
    uint256 internal constant NONCE = 4;
    uint256 internal constant BALANCE = 5;

    /// @notice The address that may sign for the account.
    function owner(uint256 account) internal pure returns (address) {
        return address(bytes20(Words.chunk(account, 0)));
    }

    /// @notice Opens an account with nothing in it; the caller has checked that the table is not full.
    function append(Table memory accounts, address owner_) internal pure returns (uint256 account) {
        account = Tables.append(accounts);
        Words.setChunk(account, 0, bytes32(bytes20(owner_)));
    }
}
