// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "../Bytes.sol";
import {Limits} from "../Limits.sol";
import {Context, State, States} from "../state/State.sol";
import {Accept} from "./Accept.sol";
import {Attribute} from "./Attribute.sol";
import {AttributeCommitted} from "./AttributeCommitted.sol";
import {Body} from "./Body.sol";
import {Claim} from "./Claim.sol";
import {Contribute} from "./Contribute.sol";
import {CreateDatanet} from "./CreateDatanet.sol";
import {RegisterModel} from "./RegisterModel.sol";
import {Reject} from "./Reject.sol";
import {Revoke} from "./Revoke.sol";
import {Transfer} from "./Transfer.sol";
import {UpdateDatanet} from "./UpdateDatanet.sol";
import {UpdateModel} from "./UpdateModel.sol";
import {Withdraw} from "./Withdraw.sol";

/// @title All transactions users may send, by kind, and their common envelope
/// @notice As `protocol/transactions/registry.ts`.
library Registry {
    uint256 private constant TRANSFER = 1;
    uint256 private constant WITHDRAW = 2;
    uint256 private constant CREATE_DATANET = 3;
    uint256 private constant UPDATE_DATANET = 4;
    uint256 private constant CONTRIBUTE = 5;
    uint256 private constant ACCEPT = 6;
    uint256 private constant REJECT = 7;
    uint256 private constant REVOKE = 8;
    uint256 private constant REGISTER_MODEL = 9;
    uint256 private constant UPDATE_MODEL = 10;
    uint256 private constant ATTRIBUTE = 11;
    uint256 private constant CLAIM = 12;
    uint256 private constant ATTRIBUTE_COMMITTED = 13;

    /// @notice `kind || account (varint) || body`, from calldata between `at` and `end`. Malformed when `next` is past the end.
    function decode(uint256 cursor, uint256 end) internal pure returns (uint256 kind, uint256 body, uint256 next) {
        uint256 account;
        (kind, cursor) = Bytes.uint8At(cursor);
        (account, cursor) = Bytes.varint(cursor, Limits.MAX_INDEX);
        if (cursor > end) return (kind, 0, Bytes.MALFORMED);
        (body, next) = decodeBody(kind, cursor, end);
        if (next <= end) Body.set(body, Body.ACCOUNT, account);
    }

    function decodeBody(uint256 kind, uint256 cursor, uint256 end) private pure returns (uint256 body, uint256 next) {
        if (kind == ATTRIBUTE) return Attribute.decode(cursor, end);
        if (kind == ATTRIBUTE_COMMITTED) return AttributeCommitted.decode(cursor, end);
        if (kind == TRANSFER) return Transfer.decode(cursor);
        if (kind == CONTRIBUTE) return Contribute.decode(cursor, end);
        if (kind == CLAIM) return Claim.decode(cursor, end);
        if (kind == WITHDRAW) return Withdraw.decode(cursor);
        if (kind == CREATE_DATANET) return CreateDatanet.decode(cursor);
        if (kind == UPDATE_DATANET) return UpdateDatanet.decode(cursor);
        if (kind == ACCEPT) return Accept.decode(cursor, end);
        if (kind == REJECT) return Reject.decode(cursor, end);
        if (kind == REVOKE) return Revoke.decode(cursor);
        if (kind == REGISTER_MODEL) return RegisterModel.decode(cursor, end);
        if (kind == UPDATE_MODEL) return UpdateModel.decode(cursor);
        return (0, Bytes.MALFORMED);
    }

    /// @notice Worst case for the meter, a sum of `Bounds`.
    function bound(uint256 kind, uint256 body) internal pure returns (uint256) {
        if (kind == ATTRIBUTE || kind == ATTRIBUTE_COMMITTED) return Attribute.bound(body);
        if (kind == TRANSFER) return Transfer.bound(body);
        if (kind == CONTRIBUTE) return Contribute.bound(body);
        if (kind == CLAIM) return Claim.bound(body);
        if (kind == WITHDRAW) return Withdraw.bound();
        if (kind == CREATE_DATANET) return CreateDatanet.bound();
        if (kind == UPDATE_DATANET) return UpdateDatanet.bound();
        if (kind == ACCEPT || kind == REJECT) return Accept.decisionBound(body);
        if (kind == REVOKE) return Revoke.bound();
        if (kind == REGISTER_MODEL) return RegisterModel.bound(body);
        return UpdateModel.bound();
    }

    /// @notice The struct that is signed, hashed with identities and terms of the state as it is.
    function hashStruct(State memory state, uint256 kind, uint256 body, uint256 nonce) internal view returns (bytes32) {
        Body.set(body, Body.NONCE, nonce);
        if (kind == ATTRIBUTE) return Attribute.hashStruct(state, body);
        if (kind == ATTRIBUTE_COMMITTED) return AttributeCommitted.hashStruct(state, body);
        if (kind == TRANSFER) return Transfer.hashStruct(state, body);
        if (kind == CONTRIBUTE) return Contribute.hashStruct(state, body);
        if (kind == CLAIM) return Claim.hashStruct(body);
        if (kind == WITHDRAW) return Withdraw.hashStruct(body);
        if (kind == CREATE_DATANET) return CreateDatanet.hashStruct(body);
        if (kind == UPDATE_DATANET) return UpdateDatanet.hashStruct(state, body);
        if (kind == ACCEPT || kind == REJECT) return Accept.hashDecision(state, body);
        if (kind == REVOKE) return Revoke.hashStruct(state, body);
        if (kind == REGISTER_MODEL) return RegisterModel.hashStruct(state, body);
        return UpdateModel.hashStruct(state, body);
    }

    /// @notice Runs the transaction and pushes its verdict, and those of its items.
    function apply_(Context memory context, uint256 kind, uint256 body) internal view {
        if (kind == ATTRIBUTE || kind == ATTRIBUTE_COMMITTED) {
            return Attribute.apply_(context, body, kind == ATTRIBUTE_COMMITTED);
        }
        if (kind == CLAIM) return Claim.apply_(context, body);
        States.push(context.state, applyWhole(context, kind, body));
    }

    /// @notice Kinds without items of their own verdict.
    function applyWhole(Context memory context, uint256 kind, uint256 body) private pure returns (uint256) {
        if (kind == TRANSFER) return Transfer.apply_(context, body);
        if (kind == CONTRIBUTE) return Contribute.apply_(context, body);
        if (kind == WITHDRAW) return Withdraw.apply_(context, body);
        if (kind == CREATE_DATANET) return CreateDatanet.apply_(context, body);
        if (kind == UPDATE_DATANET) return UpdateDatanet.apply_(context, body);
        if (kind == ACCEPT) return Accept.apply_(context, body);
        if (kind == REJECT) return Reject.apply_(context, body);
        if (kind == REVOKE) return Revoke.apply_(context, body);
        if (kind == REGISTER_MODEL) return RegisterModel.apply_(context, body);
        return UpdateModel.apply_(context, body);
    }
}
