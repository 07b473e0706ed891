// The published schema as a client reads it: schema/api.graphql, and the descriptions at its coordinates.
import { buildSchema, resolveSchemaCoordinate } from 'graphql';
import { readArtifact } from './artifacts.ts';

export const publishedSchema = buildSchema(readArtifact('schema/api.graphql'));

/** The description at `Type.field`, `Query.field(argument:)`, `Input.field` or `Enum.VALUE`; throws where nothing is. */
export function descriptionAt(coordinate: string): string {
  const element = resolveSchemaCoordinate(publishedSchema, coordinate);
  switch (element?.kind) {
    case 'Field':
      return element.field.description ?? '';
    case 'FieldArgument':
      return element.fieldArgument.description ?? '';
    case 'InputField':
      return element.inputField.description ?? '';
    case 'EnumValue':
      return element.enumValue.description ?? '';
    default:
      throw new Error(`The published schema has nothing at ${coordinate}.`);
  }
}
