// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TransitionBase} from "./TransitionBase.sol";
import {BlockInput, ITransition} from "../../src/interfaces/ITransition.sol";
import {Transition} from "../../src/transition/Transition.sol";

/// @notice The contract as a whole: its code, the block that does nothing, and what a bad witness is told. What blocks do is compared
/// with TypeScript in test/differential.
contract TransitionTest is TransitionBase {
    bytes32 private constant GENESIS_ROOT = 0x3b1da15e7a02997487fad6e65947d7c5308ab9a17f8e672b3e2b654ebe3a1cc6;
    uint40 private constant TIME = 1_800_000_000;

    Transition private transition = new Transition();
    /// @dev Contents of an empty table, hashed once.
    bytes32 private empty = zeroHash(48);

    /// @dev `runtimeCode` does not compile for a contract with immutables.
    function testCodeIsTheSameEverywhereAndFits() public view {
        assertEq(address(transition).codehash, keccak256(type(Transition).runtimeCode));
        assertTrue(address(transition).code.length <= 24_576);
    }

    function testEmptyBlockOnTheGenesisState() public view {
        (bytes32 postRoot, bytes memory verdicts) = transition.execute(emptyBlock(), genesisWitness());
        assertEq(verdicts.length, 0);
        assertEq(postRoot, stateRoot(system(1, TIME, 0)));
    }

    function testDepositOpensAnAccount() public view {
        BlockInput memory input = emptyBlock();
        input.messages = new bytes[](2);
        address owner = address(0xA11CE);
        input.messages[0] = abi.encodePacked(uint8(128), owner, uint48(0), uint64(5_000_000));
        input.messages[1] = hex"82";
        // The accounts table is active: it needs no node, for all siblings are zero.
        bytes memory nodes;
        for (uint256 i = 0; i < 5; i++) {
            nodes = abi.encodePacked(nodes, empty);
        }
        (bytes32 postRoot, bytes memory verdicts) = transition.execute(input, abi.encodePacked(head(), nodes));
        assertEq(keccak256(verdicts), keccak256(hex"001e"));
        bytes32[4] memory account = [bytes32(bytes20(owner)), littleEndian(5_000_000) >> 64, 0, 0];
        bytes32[] memory leaves = new bytes32[](1);
        leaves[0] = recordRoot(account);
        bytes32[] memory fields = emptyFields();
        fields[0] = pair(treeRoot(leaves, 48), littleEndian(1));
        bytes32[4] memory record = system(1, TIME, 2);
        record[1] = littleEndian(5_000_000);
        fields[6] = recordRoot(record);
        assertEq(postRoot, treeRoot(fields, 4));
    }

    function testWrongPreRoot() public {
        BlockInput memory input = emptyBlock();
        input.preRoot = bytes32(uint256(1));
        bytes memory witness = genesisWitness();
        vm.expectRevert(abi.encodeWithSelector(ITransition.WrongPreRoot.selector, GENESIS_ROOT));
        transition.execute(input, witness);
    }

    function testFuzzWitnessOfAnotherLength(uint16 length) public {
        bytes memory witness = genesisWitness();
        length %= 1_000;
        vm.assume(length != witness.length);
        bytes memory other = new bytes(length);
        for (uint256 i = 0; i < length && i < witness.length; i++) {
            other[i] = witness[i];
        }
        vm.expectRevert(abi.encodeWithSelector(ITransition.WitnessLength.selector));
        transition.execute(emptyBlock(), other);
    }

    function testLeafOfALog() public {
        bytes memory witness = genesisWitness();
        witness[128 + 36 + 2 * 4 + 1] = 0x01;
        vm.expectRevert(abi.encodeWithSelector(ITransition.WitnessTable.selector, 4));
        transition.execute(emptyBlock(), witness);
    }

    function testLeafPastTheTable() public {
        bytes memory witness = genesisWitness();
        witness[128 + 36 + 1] = 0x01;
        vm.expectRevert(abi.encodeWithSelector(ITransition.WitnessOrder.selector, 0));
        transition.execute(emptyBlock(), witness);
    }

    function testLeafNobodyTouches() public {
        bytes memory witness = abi.encodePacked(head(), new bytes(134), empty);
        witness[128 + 5] = 0x02; // two accounts
        witness[128 + 36 + 1] = 0x01; // one of them in the witness
        vm.expectRevert(abi.encodeWithSelector(ITransition.RecordUntouched.selector, 0, 0));
        transition.execute(emptyBlock(), witness);
    }

    function testRecordThatIsMissing() public {
        bytes memory witness = genesisWitness();
        witness[128 + 5] = 0x02; // two accounts, none of them in the witness
        BlockInput memory input = emptyBlock();
        input.messages = new bytes[](1);
        input.messages[0] = abi.encodePacked(uint8(128), address(1), uint48(2), uint64(1));
        vm.expectRevert(abi.encodeWithSelector(ITransition.RecordMissing.selector, 0, 1));
        transition.execute(input, witness);
    }

    /// @notice Content and messages of any bytes have a result; without accounts they change nothing.
    function testFuzzAnyBytes(bytes calldata content, bytes calldata message) public view {
        BlockInput memory input = emptyBlock();
        input.content = content;
        (bytes32 postRoot,) = transition.execute(input, genesisWitness());
        assertEq(postRoot, stateRoot(system(1, TIME, 0)));
        input.messages = new bytes[](1);
        input.messages[0] = message;
        bytes memory verdicts;
        (postRoot, verdicts) = transition.execute(input, genesisWitness());
        assertEq(postRoot, stateRoot(system(1, TIME, 1)));
        assertTrue(verdicts.length > 0);
    }

    function emptyBlock() private pure returns (BlockInput memory input) {
        input.preRoot = GENESIS_ROOT;
        input.timestamp = TIME;
    }

    /// @notice System record, lengths and counts.
    function head() private pure returns (bytes memory) {
        return abi.encodePacked(abi.encode(system(0, 0, 0)), new bytes(36 + 12));
    }

    function genesisWitness() private view returns (bytes memory witness) {
        witness = head();
        for (uint256 i = 0; i < 6; i++) {
            witness = abi.encodePacked(witness, empty);
        }
    }

    function system(uint256 height, uint256 timestamp, uint256 inboxIndex)
        private
        pure
        returns (bytes32[4] memory record)
    {
        record[0] =
            (littleEndian(height) >> 64) | (littleEndian(timestamp) >> 128) | (littleEndian(inboxIndex) >> 192);
        record[2] = littleEndian(1_000) | (littleEndian(10) >> 64) | (littleEndian(500) >> 128)
            | (littleEndian(1_000_000) >> 192);
        record[3] = littleEndian(1_000_000_000) | (littleEndian(1_000_000) >> 64) | (littleEndian(100_000_000) >> 128)
            | (littleEndian(100_000) >> 192);
    }

    function emptyFields() private view returns (bytes32[] memory fields) {
        fields = new bytes32[](16);
        for (uint256 i = 0; i < 6; i++) {
            fields[i] = pair(empty, 0);
        }
    }

    function stateRoot(bytes32[4] memory record) private view returns (bytes32) {
        bytes32[] memory fields = emptyFields();
        fields[6] = recordRoot(record);
        return treeRoot(fields, 4);
    }
}
