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
        "mail": "邮件", "noMail": "点一封邮件,在这里查看", "open": "查看", "plain": "纯文本", "headers": "邮件头", "complained": "回执:投诉", "oneClick": "一键退订", "noHtml": "没有 HTML 正文", "stopped": "退订应答",
    },
    "en": {
        "title": "Provider stand-ins", "search": "Find by number", "all": "All providers", "empty": "Nothing has arrived yet", "delivered": "Receipt: delivered", "failed": "Receipt: failed",
        "reply": "Reply", "replyWith": "Reply as the recipient", "auto": "Receipts by themselves", "accounts": "Accounts", "key": "Account", "callback": "Callback address", "save": "Save",
        "magic": "Magic numbers", "other": "中文", "intro": "Signatures and fields are checked and answered as the real providers do; nothing leaves this machine.", "answered": "The callback answered", "expire": "Expire tokens",
        "mail": "Mail", "noMail": "Open a mail to see it here", "open": "Open", "plain": "Plain text", "headers": "Headers", "complained": "Receipt: complaint", "oneClick": "Unsubscribe by one click", "noHtml": "No HTML body", "stopped": "Unsubscribing answered",
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
main{display:grid;grid-template-columns:minmax(320px,420px) 1fr;gap:24px;padding:24px;max-width:1400px;margin:0 auto}main>*{min-width:0}@media(max-width:800px){main{grid-template-columns:1fr}}
.phone{background:#fff;border:10px solid #1d2129;border-radius:36px;padding:16px 12px;height:640px;overflow:auto}.bubble{background:#e8ebf0;border-radius:16px;padding:10px 12px;margin:4px 0;white-space:pre-wrap;overflow-wrap:anywhere}
.meta{font-size:12px;color:#4e5969;margin-top:12px}.acts{display:flex;gap:6px;flex-wrap:wrap}button{font:inherit;font-size:13px;border:1px solid #c9cdd4;background:#fff;border-radius:8px;padding:3px 10px;cursor:pointer}
button:hover{border-color:#3b5bdb;color:#3b5bdb}button:focus-visible,input:focus-visible,select:focus-visible{outline:2px solid #3b5bdb;outline-offset:1px}input,select{font:inherit;border:1px solid #c9cdd4;border-radius:8px;padding:5px 10px;box-sizing:border-box}
section{background:#fff;border:1px solid #e5e6eb;border-radius:12px;padding:16px 20px;margin-bottom:20px}h2{font-size:16px;margin:0 0 10px}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:5px 8px 5px 0;border-top:1px solid #f0f1f3;font-weight:400;vertical-align:top}
code{font:13px ui-monospace,Menlo,Consolas,monospace}.bar{display:flex;gap:8px;margin-bottom:12px}.bar input{flex:1}.quiet{color:#4e5969}#said{min-height:1.5em}td input{width:100%}
#mail h3{margin:0 0 4px;font-size:18px;overflow-wrap:anywhere}#mail iframe{width:100%;height:420px;border:1px solid #e5e6eb;border-radius:8px;background:#fff}#mail pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f7f8fa;border-radius:8px;padding:12px;margin:0;max-height:420px;overflow:auto;font:13px/1.6 ui-monospace,Menlo,Consolas,monospace}
.sides{display:grid;grid-template-columns:3fr 2fr;gap:16px;margin:12px 0}@media(max-width:1000px){.sides{grid-template-columns:1fr}}.sides h4{margin:0 0 6px;font-size:13px;color:#4e5969;font-weight:400}#mail table code{overflow-wrap:anywhere}
"""
_SCRIPT = """
const T=__TEXTS__;const $=id=>document.getElementById(id);const post=(p,b)=>fetch(p,{method:'POST',headers:{'Content-Type':'application/json'},body:JSON.stringify(b)}).then(r=>r.json());
const make=(tag,cls,text)=>{const e=document.createElement(tag);if(cls)e.className=cls;if(text!==undefined)e.textContent=text;return e};let last='';
const fire=async(n,b)=>{const r=await post('/_fire',{n,...b});$('said').textContent=T.answered+': '+JSON.stringify(r.answers);load(true)};
async function load(force){const q=new URLSearchParams({to:$('to').value,vendor:$('vendor').value});const r=await(await fetch('/_arrived?'+q)).json();const s=JSON.stringify(r);if(s===last&&!force)return;last=s;
const box=$('phone');box.replaceChildren();if(!r.arrivals.length)box.append(make('p','quiet',T.empty));for(const a of r.arrivals){box.append(make('div','meta',`#${a.n} · ${a.at} · ${a.vendor} → ${a.to}${a.pushed.length?' · '+a.pushed.join(', '):''}`),make('div','bubble',a.text));
const acts=make('div','acts');for(const e of['delivered','failed']){const b=make('button','',T[e]);b.onclick=()=>fire(a.n,{event:e});acts.append(b)}if(a.mail){const c=make('button','',T.complained);c.onclick=()=>fire(a.n,{event:'complained'});const o=make('button','',T.open);o.onclick=()=>look(a.n);acts.prepend(o);acts.append(c)}else{const b=make('button','',T.reply);b.onclick=()=>{const t=prompt(T.replyWith,'TD');if(t)fire(a.n,{reply:t})};acts.append(b)}box.append(acts)}}
async function look(n){const m=await(await fetch('/_mail/'+n)).json();const box=$('mail');box.replaceChildren(make('h2','',T.mail+' #'+n),make('h3','',m.subject),make('div','quiet',m.sender+' → '+m.to));
const sides=make('div','sides');const left=make('div'),right=make('div');left.append(make('h4','','HTML'));if(m.html){const f=make('iframe');f.setAttribute('sandbox','');f.title=T.mail;f.srcdoc=m.html;left.append(f)}else left.append(make('p','quiet',T.noHtml));right.append(make('h4','',T.plain),make('pre','',m.plain));sides.append(left,right);box.append(sides);
if(m.one_click){const b=make('button','',T.oneClick);b.onclick=async()=>{const r=await post('/_unsubscribe',{n});$('said').textContent=T.stopped+': '+JSON.stringify(r.answer)};box.append(b)}
const d=make('details'),t=make('table');d.append(make('summary','',T.headers),t);for(const[k,v]of Object.entries(m.headers)){const r=make('tr');const c=make('td');c.append(make('code','',v));r.append(make('td','',k),c);t.append(r)}box.append(d);box.scrollIntoView({block:'nearest'})}
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
<div><section id="mail"><h2>{t["mail"]}</h2><p class="quiet">{t["noMail"]}</p></section><section><h2>{t["accounts"]}</h2><table><tr><th>{t["key"]}</th><th>{t["callback"]}</th><th></th></tr>{_accounts(desk, t)}</table></section>
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
