// Proves who asks with an access key of the server: every request is signed. A 401 is never answered by a second try, as five
// failures in a row lock the key.
import type { AuthConfig } from '../../config/config.ts';
import { type Credentials, digestOf, type Headers, type OutgoingRequest } from './credentials.ts';
import { sdkDate, signWithAccess, signWithScope } from './signature.ts';

type Settings = Extract<AuthConfig, { mode: 'aksk' }>;

export class AccessKeySignature implements Credentials {
  readonly #settings: Settings;
  readonly #projectId: string;
  constructor(settings: Settings, projectId: string) {
    this.#settings = settings;
    this.#projectId = projectId;
  }

  prove({ method, host, path, query, headers }: OutgoingRequest): Headers {
    const { accessKey, secretKey, securityToken, signing } = this.#settings;
    const proof: Record<string, string> = {
      host,
      'x-sdk-date': sdkDate(new Date()),
      'x-project-id': this.#projectId,
      ...(securityToken ? { 'x-security-token': securityToken.read() } : {}),
    };
    const type = headers['content-type'];
    const signed = type === undefined ? proof : { ...proof, 'content-type': type };
    const sign = signing === 'access' ? signWithAccess : signWithScope;
    const key = { accessKey: accessKey.read(), secretKey: secretKey.read() };
    return { ...proof, authorization: sign({ method, path, query, headers: signed }, key) };
  }

  projectId(): string {
    return this.#projectId;
  }

  identity(): string {
    return digestOf('aksk', this.#settings.accessKey.read(), this.#projectId);
  }
}
