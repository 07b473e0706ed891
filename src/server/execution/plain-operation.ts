// Makes an operation plain, so that it can be compiled: one that holds all its selections itself, without named fragments and conditions.
import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isInputType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
  typeFromAST,
  type ValueNode,
  visit,
} from 'graphql';
import { MAX_NAMES } from '../../graph/contents.ts';

/** Fields of the largest operation that is compiled: that takes some 0.2 ms for each of them, in one piece. */
export const MAX_FIELDS = 300;

type Variables = Readonly<Record<string, unknown>>;

/** The values of the conditions of an operation, by the names of their variables. */
export type Conditions = ReadonlyMap<string, boolean>;

/** An operation that is plain. */
export interface PlainOperation {
  /** The operation alone. Its nodes are copies: compiling writes to them. */
  readonly document: DocumentNode;
  /** Its fields: those below an interface once for each type that implements it. */
  readonly fields: number;
  /** The types of its variables that take input objects. */
  readonly inputs: ReadonlyMap<string, GraphQLInputType>;
}

/** Whether no variable has a list where an object is expected: compiled code would take it for an empty one. */
export const hasPlainInput = ({ inputs }: PlainOperation, variables: Variables) =>
  [...inputs].every(([name, type]) => isPlainInput(variables[name], type));

function isPlainInput(value: unknown, type: GraphQLInputType): boolean {
  const nullable = getNullableType(type);
  if (typeof value !== 'object' || value === null) return true;
  if (isListType(nullable)) return [value].flat().every((item) => isPlainInput(item, nullable.ofType));
  if (!isInputObjectType(nullable)) return true;
  const fields = nullable.getFields();
  return (
    !Array.isArray(value) &&
    Object.entries(value).every(([name, item]) => {
      const field = fields[name];
      return !field || isPlainInput(item, field.type);
    })
  );
}

/** The operation of a document that a request names; undefined where there is none. */
export const operationOf = (document: DocumentNode, name: string | null | undefined) =>
  getOperationAST(document, name) ?? undefined;

/** The variables that the conditions of a document use. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ arguments: args }) => {
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

/** The values of variables of conditions; undefined where one has no valid value. */
export function conditionsOf(
  names: readonly string[],
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables,
): Conditions | undefined {
  const values = new Map<string, boolean>();
  for (const name of names) {
    const definition = variableDefinitions.find(({ variable }) => variable.name.value === name);
    // Another operation of the document uses it.
    if (!definition) continue;
    const { defaultValue } = definition;
    const byDefault = defaultValue?.kind === Kind.BOOLEAN ? defaultValue.value : undefined;
    const value = Object.hasOwn(variables, name) ? variables[name] : byDefault;
    if (typeof value !== 'boolean') return undefined;
    values.set(name, value);
  }
  return values;
}

/** Makes an operation plain. Shape: undefined where it has something that compiled code does otherwise than the other executor, or is too large. */
export function plainOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: Conditions,
): PlainOperation | undefined {
  const root = schema.getQueryType();
  if (operation.operation !== OperationTypeNode.QUERY || operation.directives?.length || !root) return undefined;
  const variables = operation.variableDefinitions ?? [];
  if (variables.some(({ variable, directives }) => isReserved(variable.name.value) || directives?.length))
    return undefined;
  const copy = new PlainCopy(schema, document, operation, conditions);
  const selectionSet = copy.selectionSet(operation.selectionSet, root);
  if (!copy.isPlain) return undefined;
  return {
    document: { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }] },
    fields: copy.fields,
    inputs: new Map(
      variables.flatMap(({ variable, type }) => {
        const input = typeFromAST(schema, type as TypeNode);
        return isInputType(input) && isInputObjectType(getNamedType(input)) ? [[variable.name.value, input]] : [];
      }),
    ),
  };
}

/** Names that compiled code would look up in the prototype of an object. */
const isReserved = (name: string) => name in Object.prototype;

class PlainCopy {
  isPlain = true;
  fields = 0;
  readonly #schema: GraphQLSchema;
  readonly #conditions: Conditions;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  /** The variables that may be null. */
  readonly #nullable: ReadonlySet<string>;
  /** The names under which the fields without a resolver are read. */
  readonly #names = new Map<object, Set<string>>();

  constructor(
    schema: GraphQLSchema,
    document: DocumentNode,
    { variableDefinitions = [] }: OperationDefinitionNode,
    conditions: Conditions,
  ) {
    this.#schema = schema;
    this.#conditions = conditions;
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    const nullable = variableDefinitions.filter(({ type }) => type.kind !== Kind.NON_NULL_TYPE);
    this.#nullable = new Set(nullable.map(({ variable }) => variable.name.value));
  }

  selectionSet({ selections, ...rest }: SelectionSetNode, type: GraphQLCompositeType): SelectionSetNode {
    const copies: SelectionNode[] = [];
    for (const node of selections) {
      if (!this.isPlain) break;
      if (this.#isLeftOut(node)) continue;
      copies.push(node.kind === Kind.FIELD ? this.#field(node, type) : this.#fragment(node, type));
    }
    return { ...rest, selections: copies };
  }

  #fragment(node: Exclude<SelectionNode, FieldNode>, type: GraphQLCompositeType): SelectionNode {
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
    if (!fragment) return this.#isNot(node);
    const { typeCondition } = fragment;
    const own = typeCondition && typeFromAST(this.#schema, typeCondition);
    const selectionSet = this.selectionSet(fragment.selectionSet, isCompositeType(own) ? own : type);
    return { kind: Kind.INLINE_FRAGMENT, ...(typeCondition && { typeCondition }), selectionSet };
  }

  #field(node: FieldNode, type: GraphQLCompositeType): SelectionNode {
    const copy = { ...node, directives: [] };
    const name = node.name.value;
    const key = node.alias?.value ?? name;
    this.fields += isAbstractType(type) ? this.#schema.getPossibleTypes(type).length : 1;
    if (this.fields > MAX_FIELDS || isReserved(key) || node.alias?.value.startsWith('__')) return this.#isNot(node);
    if (name === '__typename') return copy;
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    // The schema itself, and entities.
    if (!field || name.startsWith('_')) return this.#isNot(node);
    if (!this.#hasPlainArguments(field, node.arguments ?? [])) return this.#isNot(node);
    const below = getNamedType(field.type);
    // Compiled code has the information about a field by the names of its path, joined by this character.
    if ((field.resolve || isInterfaceType(type)) && key.includes('_')) return this.#isNot(node);
    if (!field.resolve && isLeafType(below) && this.#countName(field, key) > MAX_NAMES) return this.#isNot(node);
    if (!node.selectionSet || !isCompositeType(below)) return copy;
    return { ...copy, selectionSet: this.selectionSet(node.selectionSet, below) };
  }

  #isNot<Node>(node: Node): Node {
    this.isPlain = false;
    return node;
  }

  #countName(field: object, key: string): number {
    const names = this.#names.get(field) ?? new Set();
    this.#names.set(field, names.add(key));
    return names.size;
  }

  /** Whether all variables are whole arguments, and none may be null where its argument must not. */
  #hasPlainArguments({ args }: GraphQLField<unknown, unknown>, nodes: readonly ArgumentNode[]): boolean {
    return nodes.every(({ name, value }) => {
      if (value.kind !== Kind.VARIABLE) return !hasVariable(value);
      const type = args.find((arg) => arg.name === name.value)?.type;
      return !isNonNullType(type) || !this.#nullable.has(value.name.value);
    });
  }

  #isLeftOut({ directives = [] }: SelectionNode): boolean {
    return directives.some(({ name, arguments: [condition] = [] }: DirectiveNode) => {
      const { value } = condition ?? {};
      const holds =
        value?.kind === Kind.VARIABLE
          ? this.#conditions.get(value.name.value)
          : value?.kind === Kind.BOOLEAN
            ? value.value
            : undefined;
      if (holds === undefined || !['skip', 'include'].includes(name.value)) return this.#isNot(false);
      return holds === (name.value === 'skip');
    });
  }
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  return value.kind === Kind.OBJECT && value.fields.some((field) => hasVariable(field.value));
}
