// Self-signed certificates for servers of the tests, each for one address of loopback.
import { generateKeyPairSync, sign } from 'node:crypto';

/** A key and its certificate, as PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A value in DER: its tag, the length of what it holds, and that. */
function der(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const { length } = content;
  return Buffer.concat([Buffer.from(length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 255]), content]);
}

const SEQUENCE = 0x30;
const [SET, INTEGER, BITS, BYTES, OBJECT, TEXT, TIME] = [0x31, 0x02, 0x03, 0x04, 0x06, 0x0c, 0x18];
const ECDSA_WITH_SHA256 = der(SEQUENCE, der(OBJECT, [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]));
const COMMON_NAME = der(OBJECT, [0x55, 4, 3]);
const ALTERNATIVE_NAME = der(OBJECT, [0x55, 0x1d, 0x11]);
const VERSION_3 = der(0xa0, der(INTEGER, [2]));
const ALWAYS = der(SEQUENCE, ...['20000101000000Z', '21000101000000Z'].map((time) => der(TIME, Buffer.from(time))));

/** Makes a certificate for an IPv4 address. */
export function makeCertificate(address: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(TEXT, Buffer.from(address)))));
  const addresses = der(BYTES, der(SEQUENCE, der(0x87, address.split('.').map(Number))));
  const statement = der(
    SEQUENCE,
    VERSION_3,
    der(INTEGER, [1]),
    ECDSA_WITH_SHA256,
    name,
    ALWAYS,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, der(SEQUENCE, ALTERNATIVE_NAME, addresses))),
  );
  const signature = der(BITS, [0], sign('sha256', statement, privateKey));
  const text = der(SEQUENCE, statement, ECDSA_WITH_SHA256, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}
