import { createRoot } from "react-dom/client";
import { Visit } from "./Visit.jsx";
import "../../host.css";

const SERVER = "http://127.0.0.1:8765";

// The element first: React sets what it does not know as a property as an attribute instead.
await import(/* @vite-ignore */ `${SERVER}/sidebar/citecoder.js`);
createRoot(document.getElementById("root")).render(<Visit />);
