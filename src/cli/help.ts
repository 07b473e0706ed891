// The help of the commands.
import { unknownCommand } from './errors.ts';
import { bold } from './style.ts';

/** Help by command. A line that ends in a colon is a heading. */
const HELP: Readonly<Record<string, string>> = {
  '': `image-graph: one GraphQL API over the image services of the Huawei Cloud
family. Without settings it serves a sandbox cloud with made-up data.

Usage:
  image-graph [COMMAND] [OPTIONS]

Commands:
  serve             serve the graph (the default)
  sandbox           serve the sandbox cloud by itself
  config check      say what is wrong with the settings, or what they do
  config print      print all settings, as a file for --env-file
  schema print      print the schema
  key create NAME   create an API key for a caller
  key list          list the API keys
  key revoke NAME   revoke an API key
  health            say whether a server is healthy
  help COMMAND      print the help of a command

Options of every command:
  --env-file FILE   read settings from lines of NAME=value, which the
                    environment overrides; may be given several times
  -h, --help        print help
  -v, --version     print the version

Settings are environment variables: \`config print\` prints them all, with
their defaults, and docs/settings.md of the package explains them.

Exit codes:
  0  success, or a server that was stopped by a signal
  1  a wrong argument or setting, a taken port, an unhealthy server, or a
     fault of the program: the line on stderr says which
  9  Node.js itself does not find a file of --env-file`,
  serve: `Serves the graph at http://HOST:PORT/graphql, with GraphiQL for browsers.
Without a setting that names a cloud, it serves the sandbox cloud.

Usage:
  image-graph [serve] [--env-file FILE]

Settings:
  PORT, HOST            where it listens: 4000 and 127.0.0.1 unless given
  IMAGE_GRAPH_CLOUD     huaweicloud, otc or openstack
  IMAGE_GRAPH_REGION    the region, such as eu-de
  IMAGE_GRAPH_WORKERS   how many processes share the port

Signals:
  SIGTERM, SIGQUIT      finish the requests in flight, then end
  SIGINT                the same, without the delay for load balancers
  SIGHUP                read the files of --env-file again

Examples:
  image-graph
  IMAGE_GRAPH_CLOUD=otc IMAGE_GRAPH_REGION=eu-de image-graph
  image-graph --env-file /etc/image-graph/image-graph.env`,
  sandbox: `Serves the sandbox cloud by itself, for other clients than the graph, and
prints its endpoints, its token and an example call.

Usage:
  image-graph sandbox [--port PORT]

Options:
  --port PORT   the port of 127.0.0.1; the system chooses one unless given`,
  config: `Checks or prints the settings: those of the environment, over those of the
files of --env-file, over the defaults.

Usage:
  image-graph config check [--env-file FILE]
  image-graph config print [--env-file FILE]

Commands:
  check   print every fault, or what the settings do; then which settings are
          given, and where. Secrets are not shown. The exit code is 1 where
          there are faults
  print   print all settings as a file for --env-file: those that are given,
          and the others as comments. Secrets are left out

Examples:
  image-graph config check --env-file image-graph.env
  image-graph config print > image-graph.env`,
  schema: `Prints the schema as SDL.

Usage:
  image-graph schema print [--subgraph]

Options:
  --subgraph   print what a router composes: with the directives of Apollo
               Federation 2. With IMAGE_GRAPH_SUBGRAPH_NODE=false it is
               without node and nodes

Examples:
  image-graph schema print > api.graphql
  image-graph schema print --subgraph > image-graph.graphql`,
  key: `Creates, lists and revokes API keys of callers. The file of
IMAGE_GRAPH_API_KEYS_FILE holds their hashes; servers read it again when it
changes.

Usage:
  image-graph key create NAME
  image-graph key list
  image-graph key revoke NAME

Commands:
  create   print a new key, this once, and add its hash to the file
  list     print the names of the keys
  revoke   remove a key from the file

To replace a key, create one of another name, give it to the caller, and
revoke the old one.

Examples:
  IMAGE_GRAPH_API_KEYS_FILE=keys image-graph key create ci
  IMAGE_GRAPH_API_KEYS_FILE=keys image-graph key revoke ci`,
  health: `Says whether a server is healthy, for the health checks of containers. The
exit code is 0 if it responds with 200, otherwise 1.

Usage:
  image-graph health [--url URL] [--ready] [--timeout SECONDS]

Options:
  --url URL           the server; unless given, the one of PORT and HOST on
                      this machine. A path in it is called as it is
  --ready             call /ready in place of /health: whether it accepts
                      requests now, which a server that drains does not
  --timeout SECONDS   how long it may take: 3 unless given

Examples:
  image-graph health
  image-graph health --ready --url https://images.example`,
};

/** The help of the command that the arguments name. Errors: throws UsageError for one that is not a command. */
export function helpOf([name = '']: readonly string[]): string {
  const command = name.startsWith('-') ? '' : name;
  const help = Object.hasOwn(HELP, command) ? HELP[command] : undefined;
  if (help === undefined)
    throw unknownCommand(
      command,
      Object.keys(HELP).filter((known) => known !== ''),
    );
  return help.replace(/^\S.*:$/gm, bold);
}
