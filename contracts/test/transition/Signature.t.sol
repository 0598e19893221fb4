// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TransitionBase} from "./TransitionBase.sol";
import {Signature} from "../../src/transition/Signature.sol";

/// @notice EIP-2098 signatures of forge's own signer, and forms that nobody's signature has.
contract SignatureTest is TransitionBase {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function recover(bytes32 digest, bytes calldata signature) external pure returns (address) {
        uint256 place;
        assembly {
            place := signature.offset
        }
        return Signature.recover(digest, place);
    }

    function testFuzzRecovers(uint256 secret, bytes32 digest) public view {
        secret = 1 + (secret % (ORDER - 1));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, digest);
        bytes memory compact = abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
        assertTrue(this.recover(digest, compact) == vm.addr(secret));
        compact[32] ^= 0x80; // the other parity is somebody else, or nobody
        assertTrue(this.recover(digest, compact) != vm.addr(secret));
    }

    function testOfNobody() public view {
        bytes32 one = bytes32(uint256(1));
        bytes32 half = bytes32(ORDER / 2);
        assertTrue(this.recover(one, abi.encodePacked(bytes32(0), one)) == address(0));
        assertTrue(this.recover(one, abi.encodePacked(one, bytes32(0))) == address(0));
        assertTrue(this.recover(one, abi.encodePacked(bytes32(ORDER), one)) == address(0));
        assertTrue(this.recover(one, abi.encodePacked(one, half)) != address(0));
        assertTrue(this.recover(one, abi.encodePacked(one, bytes32(uint256(half) + 1))) == address(0));
    }
}
