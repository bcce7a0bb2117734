"""The page of the stand-ins: what arrived, as a phone would show it, with buttons for what the provider and the recipient do next."""

import html as escape
import json
from collections.abc import Sequence

from fakes.desk import Desk
from fakes.magic import words
from fakes.vendor import Vendor

_TEXTS = {
    "zh": {
        "title": "服务商替身", "search": "按号码查找", "all": "全部服务商", "empty": "还没有收到消息", "delivered": "回执:送达", "failed": "回执:失败", "reply": "回复",
        "replyWith": "以接收人的身份回复", "auto": "自动发回执", "accounts": "账号", "key": "账号标识", "callback": "回调地址", "save": "保存", "magic": "特殊号码", "other": "English",
        "intro": "这里校验签名与参数,按真实服务商的格式应答,不会把任何内容发到外面。", "answered": "回调应答", "expire": "让令牌过期",
    },
    "en": {
        "title": "Provider stand-ins", "search": "Find by number", "all": "All providers", "empty": "Nothing has arrived yet", "delivered": "Receipt: delivered", "failed": "Receipt: failed",
        "reply": "Reply", "replyWith": "Reply as the recipient", "auto": "Receipts by themselves", "accounts": "Accounts", "key": "Account", "callback": "Callback address", "save": "Save",
        "magic": "Magic numbers", "other": "中文", "intro": "Signatures and fields are checked and answered as the real providers do; nothing leaves this machine.", "answered": "The callback answered", "expire": "Expire tokens",
    },
}  # fmt: skip
_MAGIC_ZH = {
    "01": "对这个接收人发送过频", "02": "接收人不存在", "03": "接收人已拒收", "04": "账号额度用完", "05": "内容、签名或模板不被接受", "06": "账号凭证或权限被拒绝",
    "07": "临时故障,没有收下", "08": "已收下,但永远不应答", "09": "已收下,随后断开连接", "10": "已收下,两秒后才应答", "11": "访问令牌已过期(只在第一次)", "12": "现在不能发给这个接收人",
    "13": "整个账号发送过快", "14": "前置服务器返回 503", "15": "已收下,之后由服务商报告失败",
}  # fmt: skip
_STYLE = """
:root{color-scheme:light}body{margin:0;font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;background:#f4f5f7;color:#1d2129}
header{background:#fff;border-bottom:1px solid #e5e6eb;padding:16px 24px;display:flex;gap:16px;align-items:baseline;flex-wrap:wrap}h1{font-size:20px;margin:0}header p{margin:0;color:#4e5969;flex:1}
main{display:grid;grid-template-columns:minmax(320px,420px) 1fr;gap:24px;padding:24px;max-width:1200px;margin:0 auto}@media(max-width:800px){main{grid-template-columns:1fr}}
.phone{background:#fff;border:10px solid #1d2129;border-radius:36px;padding:16px 12px;height:640px;overflow:auto}.bubble{background:#e8ebf0;border-radius:16px;padding:10px 12px;margin:4px 0;white-space:pre-wrap;overflow-wrap:anywhere}
.meta{font-size:12px;color:#4e5969;margin-top:12px}.acts{display:flex;gap:6px;flex-wrap:wrap}button{font:inherit;font-size:13px;border:1px solid #c9cdd4;background:#fff;border-radius:8px;padding:3px 10px;cursor:pointer}
button:hover{border-color:#3b5bdb;color:#3b5bdb}button:focus-visible,input:focus-visible,select:focus-visible{outline:2px solid #3b5bdb;outline-offset:1px}input,select{font:inherit;border:1px solid #c9cdd4;border-radius:8px;padding:5px 10px;box-sizing:border-box}
section{background:#fff;border:1px solid #e5e6eb;border-radius:12px;padding:16px 20px;margin-bottom:20px}h2{font-size:16px;margin:0 0 10px}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:5px 8px 5px 0;border-top:1px solid #f0f1f3;font-weight:400;vertical-align:top}
code{font:13px ui-monospace,Menlo,Consolas,monospace}.bar{display:flex;gap:8px;margin-bottom:12px}.bar input{flex:1}.quiet{color:#4e5969}#said{min-height:1.5em}td input{width:100%}
"""
_SCRIPT = """
const T=__TEXTS__;const $=id=>document.getElementById(id);const post=(p,b)=>fetch(p,{method:'POST',headers:{'Content-Type':'application/json'},body:JSON.stringify(b)}).then(r=>r.json());
const make=(tag,cls,text)=>{const e=document.createElement(tag);if(cls)e.className=cls;if(text!==undefined)e.textContent=text;return e};let last='';
const fire=async(n,b)=>{const r=await post('/_fire',{n,...b});$('said').textContent=T.answered+': '+JSON.stringify(r.answers);load(true)};
async function load(force){const q=new URLSearchParams({to:$('to').value,vendor:$('vendor').value});const r=await(await fetch('/_arrived?'+q)).json();const s=JSON.stringify(r);if(s===last&&!force)return;last=s;
const box=$('phone');box.replaceChildren();if(!r.arrivals.length)box.append(make('p','quiet',T.empty));for(const a of r.arrivals){box.append(make('div','meta',`#${a.n} · ${a.at} · ${a.vendor} → ${a.to}${a.pushed.length?' · '+a.pushed.join(', '):''}`),make('div','bubble',a.text));
const acts=make('div','acts');for(const e of['delivered','failed']){const b=make('button','',T[e]);b.onclick=()=>fire(a.n,{event:e});acts.append(b)}const b=make('button','',T.reply);b.onclick=()=>{const t=prompt(T.replyWith,'TD');if(t)fire(a.n,{reply:t})};acts.append(b);box.append(acts)}}
$('to').oninput=()=>load(true);$('vendor').onchange=()=>load(true);$('auto').onchange=e=>post('/_auto',{on:e.target.checked});for(const b of document.querySelectorAll('[data-save]'))b.onclick=async()=>{const[v,k]=b.dataset.save.split('|');await post('/_accounts',{vendor:v,key:k,callback_url:b.closest('tr').querySelector('input').value});b.textContent='✓'};
load();setInterval(load,1000);
"""


def html(language: str, vendors: Sequence[Vendor], desk: Desk) -> str:
    """The whole page in `zh` or `en`."""
    t = {k: escape.escape(v) for k, v in _TEXTS[language].items()}
    options = "".join(f'<option value="{v.key}">{escape.escape(v.labels[language])}</option>' for v in vendors)
    other = "en" if language == "zh" else "zh"
    return f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{t["title"]}</title>
<link rel="icon" href="data:,"><style>{_STYLE}</style></head><body><header><h1>{t["title"]}</h1><p>{t["intro"]}</p><a href="/?lang={other}">{t["other"]}</a></header><main>
<div><div class="bar"><input id="to" aria-label="{t["search"]}" placeholder="{t["search"]}"><select id="vendor" aria-label="{t["all"]}"><option value="">{t["all"]}</option>{options}</select></div>
<div class="phone" id="phone" role="log" tabindex="0" aria-label="{t["title"]}"></div><p><label><input type="checkbox" id="auto" {"checked" if desk.auto else ""}> {t["auto"]}</label></p><p id="said" class="quiet" role="status"></p></div>
<div><section><h2>{t["accounts"]}</h2><table><tr><th>{t["key"]}</th><th>{t["callback"]}</th><th></th></tr>{_accounts(desk, t)}</table></section>
<section><h2>{t["magic"]}</h2><table>{_magic(language)}</table></section></div></main><script>{_SCRIPT.replace("__TEXTS__", _json(language))}</script></body></html>"""


def _accounts(desk: Desk, t: dict[str, str]) -> str:
    rows = []
    for account in desk.accounts.values():
        vendor, key, url = (escape.escape(x, quote=True) for x in (account.vendor, account.key, account.callback_url))
        rows.append(f'<tr><td>{vendor}<br><code>{key}</code></td><td><input value="{url}" aria-label="{t["callback"]} {vendor}"></td><td><button data-save="{vendor}|{key}">{t["save"]}</button></td></tr>')  # fmt: skip
    return "".join(rows)


def _magic(language: str) -> str:
    said = _MAGIC_ZH if language == "zh" else words()
    numbers = {nn: f"199000000{nn}" for nn in words()}
    return "".join(f"<tr><td><code>{numbers[nn]}</code></td><td>{escape.escape(said[nn])}</td></tr>" for nn in numbers)


def _json(language: str) -> str:
    return json.dumps(_TEXTS[language], ensure_ascii=False).replace("<", "\\u003c")
