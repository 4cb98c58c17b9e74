export default { base: "./", build: { target: "es2022" }, esbuild: { jsx: "automatic" }, server: { fs: { allow: [".."] } } };
