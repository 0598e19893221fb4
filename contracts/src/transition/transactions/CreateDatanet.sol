// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "../Bytes.sol";
import {Eip712} from "../Eip712.sol";
import {Limits} from "../Limits.sol";
import {Bounds} from "../Meter.sol";
import {Verdicts} from "../Verdicts.sol";
import {Words} from "../Words.sol";
import {Account} from "../state/Account.sol";
import {Datanet} from "../state/Datanet.sol";
import {Context, State} from "../state/State.sol";
import {System} from "../state/System.sol";
import {Tables} from "../tree/Table.sol";
import {Body} from "./Body.sol";

/// @title CreateDatanet: opens a domain for contributions, with the terms its work will carry; locks a bond
/// @notice As `protocol/transactions/createDatanet.ts`.
library CreateDatanet {
    bytes32 private constant TYPE_HASH = keccak256(
        "CreateDatanet(uint64 account,uint64 nonce,bytes32 metadataHash,bool curated,uint8 purposes,uint16 lineageBps,uint16 curatorBps)"
    );
    uint256 private constant METADATA_HASH = 3;
    uint256 private constant POLICY = 4; // curated, purposes, lineageBps, curatorBps
    uint256 private constant WORDS = 8;

    function decode(uint256 cursor) internal pure returns (uint256 body, uint256 next) {
        body = Body.create(TYPE_HASH, WORDS);
        bytes32 metadataHash;
        (metadataHash, cursor) = Bytes.bytes32At(cursor);
        Body.setBytes32(body, METADATA_HASH, metadataHash);
        uint256 closed;
        (closed, next) = decodePolicy(cursor, body + POLICY * 32);
        if (closed != 0) next = Bytes.MALFORMED;
    }

    function bound() internal pure returns (uint256) {
        return Bounds.NAMED_ACCOUNT + Bounds.APPENDED_DATANET;
    }

    function hashStruct(uint256 body) internal pure returns (bytes32) {
        return Eip712.hashWords(body, WORDS);
    }

    function apply_(Context memory context, uint256 body) internal pure returns (uint256) {
        unchecked {
            State memory state = context.state;
            uint256 policy = body + POLICY * 32;
            if (!validPolicy(policy)) return Verdicts.INVALID_TERMS;
            uint256 bond = Words.get(state.system, System.DATANET_BOND);
            if (Words.get(context.sender, Account.BALANCE) < bond) return Verdicts.INSUFFICIENT_BALANCE;
            if (state.datanets.length > Limits.MAX_INDEX) return Verdicts.TABLE_FULL;
            Words.subtract(context.sender, Account.BALANCE, bond);
            uint256 datanet = Tables.append(state.datanets);
            Words.setChunk(datanet, 0, bytes32(Body.get(body, METADATA_HASH)));
            Words.set(datanet, Datanet.OWNER_REF, context.account + 1);
            Words.set(datanet, Datanet.POLICY, packPolicy(policy));
            Words.set(datanet, Datanet.BOND, bond);
            return Verdicts.OK;
        }
    }

    /// @notice Reads `flags (curated bit 0, closed bit 1) || purposes || lineageBps (uint16) || curatorBps (uint16)` to four words at
    /// `policy`; other flags are malformed.
    function decodePolicy(uint256 cursor, uint256 policy) internal pure returns (uint256 closed, uint256 next) {
        assembly ("memory-safe") {
            let packed := calldataload(cursor)
            let flags := byte(0, packed)
            mstore(policy, and(flags, 1))
            mstore(add(policy, 0x20), byte(1, packed))
            mstore(add(policy, 0x40), and(shr(224, packed), 0xffff))
            mstore(add(policy, 0x60), and(shr(208, packed), 0xffff))
            closed := shr(1, flags)
            next := add(cursor, 6)
        }
        if (closed > 1) next = Bytes.MALFORMED;
    }

    /// @notice Whether the policy at `policy` keeps its ranges.
    function validPolicy(uint256 policy) internal pure returns (bool) {
        return Datanet.validPolicy(Body.get(policy, 1), Body.get(policy, 2), Body.get(policy, 3));
    }

    /// @notice The policy at `policy` as a word, not closed.
    function packPolicy(uint256 policy) internal pure returns (uint256) {
        return
            Body.get(policy, 0) | (Body.get(policy, 1) << 8) | (Body.get(policy, 2) << 16) | (Body.get(policy, 3) << 32);
    }
}
