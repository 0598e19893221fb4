// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {State} from "../state/State.sol";
import {Attribute} from "./Attribute.sol";

/// @title AttributeCommitted: an Attribute that names its outputs by one root instead of a hash a record
/// @notice The root is not checked: nobody could. A leaf binds it to the record's position in the transaction, so that the operator's
/// branch tells which output the record is for. As `protocol/transactions/attributeCommitted.ts`.
library AttributeCommitted {
    bytes32 private constant TYPE_HASH = keccak256(
        "AttributeCommitted(uint64 account,uint64 nonce,uint64 model,bytes32 artifactRoot,uint16 ownerBps,uint8 method,bytes32 evidenceRoot,uint16 records,uint64 fees,bytes32 recordsRoot,bytes32 outputsRoot)"
    );

    function decode(uint256 cursor, uint256 end) internal pure returns (uint256 body, uint256 next) {
        return Attribute.decodeForm(cursor, end, TYPE_HASH, true);
    }

    function hashStruct(State memory state, uint256 body) internal view returns (bytes32) {
        return Attribute.hashForm(state, body, Attribute.OUTPUTS_ROOT + 1);
    }
}
