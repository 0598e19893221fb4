// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "../Bytes.sol";
import {Eip712} from "../Eip712.sol";
import {Limits} from "../Limits.sol";
import {Bounds} from "../Meter.sol";
import {Verdicts} from "../Verdicts.sol";
import {Words} from "../Words.sol";
import {Datanet} from "../state/Datanet.sol";
import {Context, State} from "../state/State.sol";
import {Tables} from "../tree/Table.sol";
import {Body} from "./Body.sol";
import {CreateDatanet} from "./CreateDatanet.sol";

/// @title UpdateDatanet: new description and terms, for work given from now on; closing is final
/// @notice As `protocol/transactions/updateDatanet.ts`.
library UpdateDatanet {
    bytes32 private constant TYPE_HASH = keccak256(
        "UpdateDatanet(uint64 account,uint64 nonce,uint64 datanet,bytes32 oldMetadataHash,bytes32 metadataHash,bool curated,uint8 purposes,uint16 lineageBps,uint16 curatorBps,bool closed)"
    );
    uint256 private constant DATANET = 3;
    uint256 private constant OLD_METADATA_HASH = 4;
    uint256 private constant METADATA_HASH = 5;
    uint256 private constant POLICY = 6; // curated, purposes, lineageBps, curatorBps
    uint256 private constant CLOSED = 10;
    uint256 private constant WORDS = 11;

    function decode(uint256 cursor) internal pure returns (uint256 body, uint256 next) {
        body = Body.create(TYPE_HASH, WORDS);
        uint256 value;
        (value, cursor) = Bytes.varint(cursor, Limits.MAX_INDEX);
        Body.set(body, DATANET, value);
        bytes32 metadataHash;
        (metadataHash, cursor) = Bytes.bytes32At(cursor);
        Body.setBytes32(body, METADATA_HASH, metadataHash);
        (value, next) = CreateDatanet.decodePolicy(cursor, body + POLICY * 32);
        Body.set(body, CLOSED, value);
    }

    function bound() internal pure returns (uint256) {
        return Bounds.NAMED_ACCOUNT + Bounds.NAMED_DATANET;
    }

    function hashStruct(State memory state, uint256 body) internal pure returns (bytes32) {
        Body.setBytes32(body, OLD_METADATA_HASH, Tables.identity(state.datanets, Body.get(body, DATANET)));
        return Eip712.hashWords(body, WORDS);
    }

    function apply_(Context memory context, uint256 body) internal pure returns (uint256) {
        uint256 datanet = Tables.find(context.state.datanets, Body.get(body, DATANET));
        if (datanet == 0) return Verdicts.UNKNOWN_DATANET;
        if (Datanet.owner(datanet) != context.account) return Verdicts.NOT_OWNER;
        if (Datanet.closed(Datanet.policy(datanet))) return Verdicts.DATANET_CLOSED;
        uint256 policy = body + POLICY * 32;
        if (!CreateDatanet.validPolicy(policy)) return Verdicts.INVALID_TERMS;
        Words.setChunk(datanet, 0, bytes32(Body.get(body, METADATA_HASH)));
        Words.set(datanet, Datanet.POLICY, CreateDatanet.packPolicy(policy) | (Body.get(body, CLOSED) << 1));
        return Verdicts.OK;
    }
}
