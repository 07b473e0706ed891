// Finds the documents that need no parsing, no limits on their text and no validation any more: they have passed all of them before.
import type { DocumentNode } from 'graphql';
import type { ServerPlugin } from '../http/node-context.ts';

/** Documents by their text, as Yoga keeps them, bounded in memory. */
interface Documents {
  get(text: string): DocumentNode | undefined;
}

export class KnownDocuments {
  readonly #documents: Documents;
  /** The operations of each document that were executed, by name: what depends on the name was checked, too. */
  readonly #operations = new WeakMap<DocumentNode, Set<string | undefined>>();

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  /** Notes that an operation has passed all checks that do not depend on its variables. */
  add(document: DocumentNode, operationName: string | undefined): void {
    const operations = this.#operations.get(document);
    if (operations) operations.add(operationName);
    else this.#operations.set(document, new Set([operationName]));
  }

  /** The document of an operation that has passed them; undefined for any other. */
  get(text: string, operationName: string | undefined): DocumentNode | undefined {
    const document = this.#documents.get(text);
    return document && this.#operations.get(document)?.has(operationName) ? document : undefined;
  }
}

/** Notes the operations that Yoga executes. */
export function useKnownDocuments(known: KnownDocuments): ServerPlugin {
  return {
    onExecute({ args: { document, operationName } }) {
      known.add(document, operationName ?? undefined);
    },
  };
}
