// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IVault} from "../src/interfaces/IVault.sol";

/// @notice A token with chosen decimals that may keep part of every transfer, or call back into the Vault.
contract OddToken is ERC20 {
    uint8 private immutable _decimals;
    uint256 private immutable _cut;
    IVault private _calledBack;

    constructor(uint8 decimals_, uint256 cut) ERC20("Odd", "ODD") {
        _decimals = decimals_;
        _cut = cut;
        _mint(msg.sender, 10 ** 30);
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function callBack(IVault vault) external {
        _calledBack = vault;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (address(_calledBack) != address(0)) _calledBack.deposit(value, to, 0);
        bool isTransfer = from != address(0) && to != address(0);
        uint256 cut = isTransfer ? _cut : 0;
        super._update(from, to, value - cut);
        if (cut != 0) super._update(from, address(0xdead), cut);
    }
}
