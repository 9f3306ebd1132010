"""Sixty names that try to run something: through tags, attributes, addresses, entities, templates, style and our script."""

from __future__ import annotations

RUN = "window.ran=1"
PAYLOADS = (
    # tags
    f"<script>{RUN}</script>", f"<ScRiPt>{RUN}</sCrIpT>", f"<script >{RUN}</script\t>", f"</title><script>{RUN}</script>",
    f"</style><script>{RUN}</script>", f"</script><script>{RUN}</script>", f"</textarea><script>{RUN}</script>",
    f"</noscript><script>{RUN}</script>", f"--><script>{RUN}</script>", f"]]><script>{RUN}</script>",
    f"<<script>{RUN}//<</script>", f"<script/src=data:,{RUN}></script>", "<script src=//example.org/a.js></script>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>", f"<svg><script>{RUN}</script></svg>", f"<svg/onload={RUN}>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>", f"<svg><a xlink:href=javascript:{RUN}><text y=9>x</text></a>",
    f"<math><mtext><img src=x onerror={RUN}></mtext></math>", f"<math href=javascript:{RUN}>x</math>",
    # handlers
    f"<img src=x onerror={RUN}>", f"<img/src/onerror={RUN}>", f"<IMG SRC=x oNeRrOr={RUN}>", f"<body onload={RUN}>",
    f"<input autofocus onfocus={RUN}>", f"<details open ontoggle={RUN}>x</details>", f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>", f"<marquee onstart={RUN}>x</marquee>", f"<div onpointerover={RUN}>x</div>",
    f"<a href=# onclick={RUN}>x</a>", f"<style onload={RUN}></style>", f"<iframe onload={RUN}></iframe>",
    f"<object data=javascript:{RUN}></object>", f"<embed src=javascript:{RUN}>", f"<form><button formaction=javascript:{RUN}>x",
    # out of an attribute
    f'" onmouseover="{RUN}', f"' onmouseover='{RUN}", f'"><script>{RUN}</script>', f"'><script>{RUN}</script>",
    f'" autofocus onfocus="{RUN}" x="', f"` onmouseover=`{RUN}", f'" style="animation:x" onanimationstart="{RUN}',
    # addresses
    f"javascript:{RUN}", f"JaVaScRiPt:{RUN}", f"data:text/html,<script>{RUN}</script>", f"<a href=javascript:{RUN}>x</a>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>", f"<meta http-equiv=refresh content='0;javascript:{RUN}'>",
    "<base href=https://example.org/>", "<link rel=stylesheet href=https://example.org/a.css>",
    # entities, templates, style, our own script
    f"&lt;script&gt;{RUN}&lt;/script&gt;", f"&#60;script&#62;{RUN}&#60;/script&#62;", "{{constructor.constructor('window.ran=1')()}}",
    "${window.ran=1}", "{% raw %}{{7*7}}", "#{window.ran=1}", "<style>*{background:url(https://example.org/x)}</style>",
    f"'-({RUN})-'", f'\\"-({RUN})-\\"',
)  # fmt: skip
