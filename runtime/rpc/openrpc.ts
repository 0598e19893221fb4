/** The OpenRPC document (https://spec.open-rpc.org) that `rpc.discover` returns, made from the schemas that check the calls. */
import { z } from "zod";
import { RPC_ERRORS, type RpcErrorName, type RpcMethod } from "../../protocol/api.ts";
import { EXAMPLES } from "./examples.ts";
import { METHOD_DOCS } from "./methodDocs.ts";
import { type CallableMethod, METHOD_NAMES, NAMESPACE } from "./methodTable.ts";
import { blockSchema, RESULTS, receiptSchema } from "./resultSchemas.ts";
import { PARAMS, SUBSCRIBE_PARAMS, UNSUBSCRIBE_PARAMS } from "./schemas.ts";

type JsonSchema = Record<string, unknown>;

interface ContentDescriptor {
  name: string;
  required?: boolean;
  schema: JsonSchema;
}

interface ErrorDescriptor {
  code: number;
  message: RpcErrorName;
}

export interface OpenRpcMethod {
  name: string;
  description: string;
  paramStructure: "by-name";
  params: ContentDescriptor[];
  /** The params as one schema: which fields exclude each other. */
  "x-params": JsonSchema;
  result: ContentDescriptor;
  errors: ErrorDescriptor[];
  examples: { name: string; params: { name: string; value: unknown }[]; result: { name: string; value: unknown } }[];
}

export interface OpenRpcDocument {
  openrpc: "1.3.2";
  info: { title: string; version: string; description: string };
  methods: OpenRpcMethod[];
}

const DESCRIPTION = `JSON-RPC 2.0 at POST / and over the WebSocket /ws. Params go by name. Bytes are 0x-hex, amounts Gwei as decimal strings, indices, heights and times (seconds) numbers. An error's data.code has its name and data.retryable whether the same call may succeed later. The methods ${NAMESPACE}subscribe and ${NAMESPACE}unsubscribe exist on the WebSocket only.`;

/** `rpc.discover`. */
export function discoverMethod(): CallableMethod {
  let document: OpenRpcDocument | undefined;
  return {
    params: z.strictObject({}),
    call: () => {
      document ??= openRpcDocument();
      return document;
    },
  };
}

export function openRpcDocument(): OpenRpcDocument {
  return {
    openrpc: "1.3.2",
    info: { title: "Tributary", version: "1", description: DESCRIPTION },
    methods: [...METHOD_NAMES.map(describeMethod), ...socketMethods()],
  };
}

function describeMethod(name: RpcMethod): OpenRpcMethod {
  const { description, errors } = METHOD_DOCS[name];
  return methodOf({
    name,
    description,
    params: PARAMS[name],
    result: RESULTS[name],
    errors,
    example: { params: EXAMPLES[name].params, result: EXAMPLES[name].result },
  });
}

function socketMethods(): OpenRpcMethod[] {
  return [
    methodOf({
      name: "subscribe",
      description: `WebSocket only. Returns the id of a subscription; what it is for comes as notifications ${NAMESPACE}subscription with {subscription, result}: every block as it is sealed (again at the same height after the host reorganised), or every receipt as it becomes durable, of one account or transaction if named. A connection that reads too slowly is dropped: connect again and read what was missed.`,
      params: SUBSCRIBE_PARAMS,
      result: z.string(),
      errors: ["busy"],
      example: { params: { topic: "receipts", account: 3 }, result: "0x1" },
      extra: { "x-notifications": { blocks: jsonSchema(blockSchema), receipts: jsonSchema(receiptSchema) } },
    }),
    methodOf({
      name: "unsubscribe",
      description: "WebSocket only. Ends a subscription of this connection; false when there is none with the id.",
      params: UNSUBSCRIBE_PARAMS,
      result: z.boolean(),
      errors: [],
      example: { params: { subscription: "0x1" }, result: true },
    }),
  ];
}

interface MethodParts {
  name: string;
  description: string;
  params: z.ZodType;
  result: z.ZodType;
  errors: readonly RpcErrorName[];
  example: { params: object; result: unknown };
  extra?: Record<string, unknown>;
}

function methodOf({ name, description, params, result, errors, example, extra }: MethodParts): OpenRpcMethod {
  const whole = jsonSchema(params);
  return {
    name: NAMESPACE + name,
    description,
    paramStructure: "by-name",
    params: descriptorsOf(whole),
    "x-params": whole,
    result: { name: "result", schema: jsonSchema(result) },
    errors: (["invalid-params", ...errors, "internal"] as const).map((each) => ({
      code: RPC_ERRORS[each],
      message: each,
    })),
    examples: [
      {
        name,
        params: Object.entries(example.params).map(([field, value]) => ({ name: field, value })),
        result: { name: "result", value: example.result },
      },
    ],
    ...extra,
  };
}

/** What comes in, before it is turned into our types. */
function jsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}

interface ObjectSchema {
  properties: Record<string, JsonSchema>;
  required?: string[];
}

/** The fields of an object, or of all options of a union; required are those that every option requires. */
function descriptorsOf(schema: JsonSchema): ContentDescriptor[] {
  const { anyOf, oneOf } = schema;
  const options = (anyOf ?? oneOf ?? [schema]) as ObjectSchema[];
  const names = [...new Set(options.flatMap(({ properties }) => Object.keys(properties)))];
  return names.map((name) => {
    const forms = new Map(
      options.flatMap(({ properties: { [name]: form } }) => (form ? [[JSON.stringify(form), form] as const] : [])),
    );
    const [first, ...others] = forms.values();
    return {
      name,
      required: options.every(({ required }) => required?.includes(name)),
      schema: others.length === 0 ? first! : { anyOf: [first, ...others] },
    };
  });
}
