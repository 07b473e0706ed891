// Authenticates calls with the server's access key: signs every request. A 401 is never followed by a second attempt, as five failures
// in a row lock the key.
import type { AuthConfig } from '../../config/config.ts';
import { digestOf } from '../../config/digest.ts';
import { namesOf } from '../../config/setting.ts';
import { SETTINGS } from '../../config/settings.ts';
import type { Log } from '../log.ts';
import type { Authenticator, Headers, OutgoingRequest } from './credentials.ts';
import { OwnCredentials } from './own-credentials.ts';
import { sdkDate, signWithAccess, signWithScope } from './signature.ts';

type AccessKeyConfig = Extract<AuthConfig, { mode: 'aksk' }>;

export class AccessKeySignature implements Authenticator {
  readonly #config: AccessKeyConfig;
  readonly #projectId: string;
  readonly ownCredentials: OwnCredentials;

  /** `log` gets a line when the key is rejected, and when it is accepted again. */
  constructor(config: AccessKeyConfig, projectId: string, log: Log) {
    this.#config = config;
    this.#projectId = projectId;
    this.ownCredentials = new OwnCredentials([...namesOf(SETTINGS.cloud.auth.aksk), 'the clock'], log);
  }

  authenticate({ method, host, path, query, headers }: OutgoingRequest): Headers {
    const { accessKey, secretKey, securityToken, signing } = this.#config;
    const authHeaders: Headers = {
      host,
      'x-sdk-date': sdkDate(new Date()),
      'x-project-id': this.#projectId,
      ...(securityToken ? { 'x-security-token': securityToken.read() } : {}),
    };
    const type = headers['content-type'];
    const signed = type === undefined ? authHeaders : { ...authHeaders, 'content-type': type };
    const sign = signing === 'access' ? signWithAccess : signWithScope;
    const key = { accessKey: accessKey.read(), secretKey: secretKey.read() };
    return { ...authHeaders, authorization: sign({ method, path, query, headers: signed }, key) };
  }

  projectId(): string {
    return this.#projectId;
  }

  identity(): string {
    return digestOf('aksk', this.#config.accessKey.read(), this.#projectId);
  }
}
