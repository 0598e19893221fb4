// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {StateTree} from "./StateTree.sol";

/// @notice A whole state written out by hand after docs/spec/state.md, with proofs of its records.
abstract contract EscapeBase is Base {
    uint256 internal constant ACCOUNTS = 0;
    uint256 internal constant DATANETS = 1;
    uint256 internal constant CONTRIBUTIONS = 2;
    uint256 internal constant MODELS = 3;
    uint256 internal constant WITHDRAWALS = 5;

    bytes32[4][][6] internal records;
    bytes32[4] internal system;

    // Records

    function addAccount(address owner, uint64 balance, uint64 stake, uint64 unbonding) internal {
        records[ACCOUNTS].push([bytes32(bytes20(owner)), words(17, balance, stake, unbonding), words(99, 0, 0, 0), 0]);
    }

    function addDatanet(uint256 owner, uint64 bond, uint64 earned) internal {
        records[DATANETS].push(
            [keccak256("metadata"), words(uint64(owner + 1), 3, bond, earned), words(1_000_000, 0, 0, 0), 0]
        );
    }

    function addContribution(uint256 owner, uint64 bond, uint64 earned, uint64 inherited) internal {
        records[CONTRIBUTIONS].push(
            [
                keccak256("content"),
                words(1, uint64(owner + 1), 0, 256),
                words(1_900_000_000, bond, earned, inherited),
                words(0, 77_000, 0, 0)
            ]
        );
    }

    function addModel(uint256 owner, uint64 bond, uint64 earned) internal {
        records[MODELS].push(
            [
                keccak256("artifact"),
                words(uint64(owner + 1), 0, 5_000, 2),
                words(1, 0, 0, 0),
                words(bond, earned, 88_000, 0)
            ]
        );
    }

    function addWithdrawal(StateTree.Withdrawal memory w) internal {
        bytes32 numbers = words(w.amountGwei, uint64(w.account) + 1, w.timestamp, 0);
        records[WITHDRAWALS].push([bytes32(bytes20(w.recipient)), numbers, 0, 0]);
    }

    function setTreasury(uint64 treasury) internal {
        system = [words(treasury, 12, 1_800_000_000, 3), words(5_000_000, 1_000_000, 0, 0), words(1_000, 10, 500, 0), 0];
    }

    /// @notice Four words of 64 bits, little-endian.
    function words(uint64 a, uint64 b, uint64 c, uint64 d) internal pure returns (bytes32) {
        uint256 high = (StateTree.reversed(a) << 192) | (StateTree.reversed(b) << 128);
        return bytes32(high | (StateTree.reversed(c) << 64) | StateTree.reversed(d));
    }

    // Roots and proofs

    function stateRoot() internal view returns (bytes32 root) {
        (root,) = StateTree.container(fieldRoots(), 0);
    }

    function proofOf(uint256 field, uint256 index) internal view returns (bytes32[] memory proof) {
        (, proof) = StateTree.table(leaves(field), index);
        (, bytes32[] memory up) = StateTree.container(fieldRoots(), field);
        proof = StateTree.joined(proof, up);
    }

    function systemProof() internal view returns (bytes32[] memory proof) {
        (, proof) = StateTree.container(fieldRoots(), 6);
    }

    function leaves(uint256 field) internal view returns (bytes32[] memory all) {
        all = new bytes32[](records[field].length);
        for (uint256 i = 0; i < all.length; i++) {
            all[i] = leafOf(records[field][i]);
        }
    }

    function leafOf(bytes32[4] memory record) internal pure returns (bytes32) {
        return StateTree.pair(StateTree.pair(record[0], record[1]), StateTree.pair(record[2], record[3]));
    }

    function fieldRoots() private view returns (bytes32[] memory roots) {
        roots = new bytes32[](16);
        for (uint256 field = 0; field < 6; field++) {
            (roots[field],) = StateTree.table(leaves(field), 0);
        }
        roots[6] = leafOf(system);
    }

    // The host

    /// @notice Posts the state as it is, as the last batch that becomes final.
    function finalizeState(uint256 consumed) internal returns (uint256 batchId) {
        batchId = postAs(SEQUENCER, consumed, framed(blockBytes(stateRoot(), block.timestamp, consumed, "")));
        vm.warp(block.timestamp + WINDOW);
    }

    /// @notice A message that nobody consumes for 30 days.
    function freezeAt(uint256 batchId) internal {
        deposit(1_000_000);
        vm.warp(block.timestamp + 30 days);
        rollup.freeze(batchId);
    }

    // Escapes

    function escapeAccount(uint256 index) internal {
        vault.escapeAccount(uint48(index), records[ACCOUNTS][index], proofOf(ACCOUNTS, index));
    }

    function escapeEarnings(uint256 field, uint256 index, uint256 account) internal {
        vault.escapeEarnings(
            field,
            uint48(index),
            records[field][index],
            proofOf(field, index),
            uint48(account),
            records[ACCOUNTS][account],
            proofOf(ACCOUNTS, account)
        );
    }

    function escapeTreasury() internal {
        vault.escapeTreasury(system, systemProof());
    }

    function tokensOf(address who) internal view returns (uint256) {
        return token.balanceOf(who);
    }
}
