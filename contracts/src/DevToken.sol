// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title The token of development chains
/// @notice For devnets and tests only: the whole supply goes to the deployer.
contract DevToken is ERC20, ERC20Permit {
    constructor(uint256 supply) ERC20("Tributary Dev Token", "TRB") ERC20Permit("Tributary Dev Token") {
        _mint(msg.sender, supply);
    }
}
