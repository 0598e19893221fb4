// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Base} from "./Base.sol";
import {EscapeHandler} from "./EscapeHandler.sol";

/// forge-config: default.invariant.runs = 24
contract EscapeInvariantsTest is Base {
    EscapeHandler internal handler;
    IERC20 internal coin;

    function setUp() public {
        handler = new EscapeHandler();
        (vault, coin) = handler.deployed();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice What everyone may still claim is what the Vault holds, to the last Gwei: before the freeze, and after it whatever was
    /// paid by then. Each claim is paid once.
    function invariant_theVaultHoldsWhatCanBeClaimed() public view {
        uint256 balance = coin.balanceOf(address(vault));
        assertEq(balance, (handler.depositedGwei() - handler.paidGwei()) * 1 gwei);
        assertEq(balance, handler.claimable() * 1 gwei);
        assertEq(handler.doublePayments(), 0);
    }
}
