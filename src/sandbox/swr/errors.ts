// The errors of SWR in the sandbox: its envelopes, and the gateway's 401 in front of it.
// Source: docs/upstream/swr.md#errors.

import type { TokenProblem } from '../iam.ts';
import type { SandboxRequest } from '../request.ts';
import { gatewayResponse, HttpError, jsonResponse, type SandboxResponse } from '../response.ts';

function errorBody(status: number, number: string, message: string, detail: string): Record<string, string> {
  const reason = status === 400 ? 'Web Bad request error' : 'Web error';
  return { errorCode: `SVCSTG.SWR.${number}`, errorMessage: `${reason}: ${message}`, detail };
}

/** Builds SWR's error as it was observed: an object with `errors`, not the documented bare array. */
export function swrError(status: number, number: string, message: string, detail = ''): HttpError {
  return new HttpError(jsonResponse(status, { errors: [errorBody(status, number, message, detail)] }));
}

/** Builds the error of the calls about shares: its code is not within `errors`. Source: docs/upstream/swr.md#show-a-share. */
export function plainSwrError(status: number, number: string, message: string): HttpError {
  return new HttpError(jsonResponse(status, errorBody(status, number, message, '')));
}

/** Builds the 401 for a token: the gateway rejects it, before SWR gets the request. Source: docs/upstream/gateway.md#errors. */
export function rejectSwrToken(request: SandboxRequest, problem: TokenProblem): SandboxResponse {
  const reason = { missing: 'x-auth-token not found', unknown: 'decrypt token fail', unscoped: 'no project in token' };
  if (problem === 'expired') return gatewayResponse(request, 401, 'APIG.0307', 'The token must be updated.');
  return gatewayResponse(request, 401, 'APIG.0301', `Incorrect IAM authentication information: ${reason[problem]}`);
}
