// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Params} from "./Params.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {IRollup} from "./interfaces/IRollup.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Ssz} from "./libraries/Ssz.sol";

/// @title What all ways out of the Vault share: the token, and proofs of records
abstract contract Custody is IVault, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    IRollup public immutable rollup;
    IInbox public immutable inbox;
    IERC20 public immutable token;
    /// @inheritdoc IVault
    uint256 public immutable scale;

    constructor(IInbox inbox_, IERC20Metadata token_) {
        uint256 decimals = token_.decimals();
        if (decimals < Params.GWEI_DECIMALS || decimals > Params.MAX_TOKEN_DECIMALS) {
            revert DecimalsOutOfRange(decimals);
        }
        rollup = IRollup(msg.sender);
        inbox = inbox_;
        token = token_;
        scale = 10 ** (decimals - Params.GWEI_DECIMALS);
    }

    /// @dev The last thing a function does: the token may call back.
    function _pay(address recipient, uint256 amountGwei) internal {
        token.safeTransfer(recipient, amountGwei * scale);
    }

    /// @dev Reverts unless `leaf` is record `index` of a table in the state.
    function _requireRecord(bytes32 stateRoot, uint256 field, uint256 index, bytes32 leaf, bytes32[] calldata proof)
        internal
        pure
    {
        _requireLength(proof, Ssz.RECORD_PROOF_LENGTH);
        _requireRoot(Ssz.stateRootOf(leaf, index, field, proof), stateRoot);
    }

    function _requireLength(bytes32[] calldata proof, uint256 required) internal pure {
        if (proof.length != required) revert ProofLengthMismatch(proof.length, required);
    }

    function _requireRoot(bytes32 computed, bytes32 stateRoot) internal pure {
        if (computed != stateRoot) revert RootMismatch(computed, stateRoot);
    }
}
