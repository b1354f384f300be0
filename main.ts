import "hono"; import "zod"; import "yaml"; import "commander"; import "@logtape/logtape"; import "fast-check";
