// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TransitionBase} from "./TransitionBase.sol";
import {ITransition} from "../../src/interfaces/ITransition.sol";
import {Fold} from "../../src/transition/tree/Fold.sol";
import {Sha256} from "../../src/transition/tree/Sha256.sol";
import {Table, Tables} from "../../src/transition/tree/Table.sol";

/// @notice A table of a few records: what a block did to it, as leaves and nodes of a witness, and the naive roots.
contract FoldTest is TransitionBase {
    struct Case {
        uint256 lengthBefore;
        uint256[] indices; // touched
        bytes32[4][] records; // what they became
        bytes32[4][] appended;
        bytes leaves;
        bytes nodes;
    }

    /// @notice Folds, and says how many bytes of `nodes` that took.
    function roots(Case calldata given) external view returns (bytes32 before_, bytes32 after_, uint256 taken) {
        (uint256 leaves, uint256 nodes) = (placeOf(given.leaves), placeOf(given.nodes));
        (before_, after_, taken) = Fold.roots(tableOf(given, leaves), nodes, Sha256.zeroHashes());
        taken -= nodes;
    }

    function testFuzzFold(uint128 seed) public view {
        checkRoots(seed, choose(seed, 1, 3) == 0 ? choose(seed, 2, 4) : choose(seed, 3, 40), choose(seed, 4, 12));
    }

    function testEveryLengthWithAppends() public view {
        for (uint256 length = 0; length < 10; length++) {
            for (uint256 appended = 0; appended < 5; appended++) {
                checkRoots(length, length, appended);
            }
        }
    }

    function testUntouchedRecordReverts() public {
        (Case memory made,,) = make(5, 9, 2);
        made.indices[1] |= 1 << 60; // told to the table as not touched, below
        vm.expectRevert(abi.encodeWithSelector(ITransition.RecordUntouched.selector, 2, made.indices[1] ^ (1 << 60)));
        this.roots(made);
    }

    function checkRoots(uint256 seed, uint256 length, uint256 appended) private view {
        (Case memory made, bytes32 before_, bytes32 after_) = make(seed, length, appended);
        (bytes32 foldedBefore, bytes32 foldedAfter, uint256 taken) = this.roots(made);
        assertEq(taken, made.nodes.length);
        assertEq(foldedBefore, before_);
        assertEq(foldedAfter, after_);
    }

    function make(uint256 seed, uint256 length, uint256 appended)
        private
        pure
        returns (Case memory made, bytes32 before_, bytes32 after_)
    {
        bytes32[] memory old = new bytes32[](length);
        bytes32[] memory now_ = new bytes32[](length + appended);
        bool[] memory carried = new bool[](length + appended);
        uint256 touched;
        for (uint256 i = 0; i < length; i++) {
            old[i] = recordRoot(recordOf(seed, i));
            now_[i] = old[i];
            carried[i] = choose(seed, 100 + i, 3) == 0;
            if (carried[i]) touched++;
        }
        made.lengthBefore = length;
        made.indices = new uint256[](touched);
        made.records = new bytes32[4][](touched);
        made.appended = new bytes32[4][](appended);
        for (uint256 i = length; i > 0; i--) {
            if (!carried[i - 1]) continue;
            made.indices[--touched] = i - 1;
            made.leaves = abi.encodePacked(uint48(i - 1), abi.encode(recordOf(seed, i - 1)), made.leaves);
            bool changed = choose(seed, 200 + i, 3) != 0;
            made.records[touched] = recordOf(changed ? seed + 1 : seed, i - 1);
            now_[i - 1] = recordRoot(made.records[touched]);
        }
        for (uint256 i = 0; i < appended; i++) {
            made.appended[i] = recordOf(seed + 2, i);
            now_[length + i] = recordRoot(made.appended[i]);
            carried[length + i] = true;
        }
        made.nodes = nodesOf(old, carried);
        before_ = pair(treeRoot(old, 48), littleEndian(old.length));
        after_ = pair(treeRoot(now_, 48), littleEndian(now_.length));
    }

    /// @notice The siblings that docs/spec/faults.md asks for, level by level.
    function nodesOf(bytes32[] memory old, bool[] memory carried) private pure returns (bytes memory nodes) {
        bytes32[][] memory levels = old.length == 0 ? new bytes32[][](49) : levelsOf(old, 48);
        bool any;
        for (uint256 i = 0; i < carried.length; i++) {
            any = any || carried[i];
        }
        if (!any) return abi.encode(old.length == 0 ? zeroHash(48) : levels[48][0]);
        for (uint256 level = 0; level < 48; level++) {
            bool[] memory above = new bool[]((carried.length + 1) / 2);
            for (uint256 p = 0; p < carried.length; p++) {
                if (!carried[p]) continue;
                above[p / 2] = true;
                uint256 sibling = p ^ 1;
                if (sibling < carried.length && carried[sibling]) continue;
                if (sibling << level < old.length) nodes = abi.encodePacked(nodes, levels[level][sibling]);
            }
            carried = above;
        }
    }

    function recordOf(uint256 seed, uint256 index) private pure returns (bytes32[4] memory record) {
        for (uint256 chunk = 0; chunk < 4; chunk++) {
            record[chunk] = keccak256(abi.encode("record", seed, index, chunk));
        }
    }

    /// @notice The table as the witness and the block leave it in memory. An index with bit 60 set is one that nothing touched.
    function tableOf(Case calldata given, uint256 leaves) private pure returns (Table memory table) {
        uint256 count = given.indices.length;
        uint256[] memory indices = new uint256[](count);
        bytes memory records = abi.encodePacked(new bytes(0));
        for (uint256 i = 0; i < count; i++) {
            bool untouched = given.indices[i] >> 60 != 0;
            indices[i] = ((given.indices[i] & ((1 << 48) - 1)) << 1) | (untouched ? 0 : 1);
            records = abi.encodePacked(records, abi.encode(given.records[i]));
        }
        bytes memory appended = abi.encodePacked(new bytes(0));
        for (uint256 i = 0; i < given.appended.length; i++) {
            appended = abi.encodePacked(appended, abi.encode(given.appended[i]));
        }
        table.lengthBefore = given.lengthBefore;
        table.length = given.lengthBefore + given.appended.length;
        table.count = count;
        table.field = 2;
        table.leaves = leaves;
        (table.indices, table.records, table.appended) = (firstWord(indices), firstByte(records), firstByte(appended));
    }

    function placeOf(bytes calldata packed) private pure returns (uint256 place) {
        assembly {
            place := packed.offset
        }
    }

    function firstWord(uint256[] memory words) private pure returns (uint256 place) {
        assembly {
            place := add(words, 0x20)
        }
    }

    function firstByte(bytes memory packed) private pure returns (uint256 place) {
        assembly {
            place := add(packed, 0x20)
        }
    }
}

/// @notice Search in a table's records against a look at each of them.
contract TableTest is TransitionBase {
    function testFuzzFind(uint256 seed, uint8 many) public {
        uint256 count = many % 40;
        uint256[] memory words = new uint256[](count);
        Table memory table;
        table.field = 1;
        table.count = count;
        uint256 span = 1;
        while (span * 2 <= count) span *= 2;
        table.span = count == 0 ? 0 : 32 * span;
        uint256 next = 0;
        for (uint256 i = 0; i < count; i++) {
            next += choose(seed, i, 4);
            words[i] = next << 1;
            next++;
        }
        (table.lengthBefore, table.length) = (next + 3, next + 5);
        (table.records, table.appended) = (1 << 40, 1 << 41);
        assembly {
            mstore(add(table, 0x60), add(words, 0x20))
        }
        assertEq(Tables.find(table, next + 5), 0);
        assertEq(Tables.find(table, type(uint256).max), 0);
        assertEq(Tables.find(table, next + 4), (1 << 41) + 128);
        for (uint256 i = 0; i < count; i++) {
            uint256 index = words[i] >> 1;
            assertEq(words[i] & 1, 0);
            assertTrue(Tables.has(table, index));
            assertEq(words[i] & 1, 0);
            assertEq(Tables.find(table, index), (1 << 40) + 128 * i);
            assertEq(words[i], (index << 1) | 1);
            assertEq(Tables.find(table, index), (1 << 40) + 128 * i);
        }
        for (uint256 index = 0; index < next + 3; index++) {
            bool there = false;
            for (uint256 i = 0; i < count; i++) {
                there = there || words[i] >> 1 == index;
            }
            if (there) continue;
            vm.expectRevert(abi.encodeWithSelector(ITransition.RecordMissing.selector, 1, index));
            this.findIn(words, span, table.lengthBefore, index);
        }
    }

    function findIn(uint256[] memory words, uint256 span, uint256 length, uint256 index)
        external
        pure
        returns (uint256)
    {
        Table memory table;
        table.field = 1;
        table.count = words.length;
        table.span = words.length == 0 ? 0 : 32 * span;
        (table.lengthBefore, table.length) = (length, length);
        assembly {
            mstore(add(table, 0x60), add(words, 0x20))
        }
        return Tables.find(table, index);
    }
}
