/** Of the page that is handed on: from 320 px, light and dark, and on paper. Contrasts are 4.5 : 1 or more. */
export const reportStyle = `
:root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--text:#1a1d21;--dim:#565d66;--line:#dde1e6;--soft:#eef1f4;--link:#0b57d0;
--fail:#b3261e;--warn:#8a5a00;--info:#0b5c8a;--pass:#1a6b34;--skip:#565d66;--failb:#fbe9e7;--warnb:#fdf1d8;--passb:#e6f4ea}
@media(prefers-color-scheme:dark){:root{--back:#14171a;--card:#1d2125;--text:#e8eaed;--dim:#a6adb6;--line:#343a41;--soft:#272c32;--link:#8ab4f8;
--fail:#ff8a80;--warn:#f5c04e;--info:#7cc4f0;--pass:#6fd08c;--skip:#a6adb6;--failb:#3a1f1d;--warnb:#352a12;--passb:#16301e}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:54rem;padding:1.5rem 1rem 3rem;font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--text);background:var(--back);overflow-wrap:anywhere}
h1,h2,h3,p,ul,pre{margin:0}ul{list-style:none;padding:0}
h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.15rem;margin:2.2rem 0 .8rem}h3{font-size:1.05rem;display:flex;gap:.6rem;align-items:flex-start;line-height:1.45}
a{color:var(--link)}code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}code{font-size:.85rem}
.kind{color:var(--dim)}.made{color:var(--dim);font-size:.9rem;margin-top:1rem}
.verdict{margin:.9rem 0;padding:.6rem .9rem;border-radius:.5rem;font-weight:600;background:var(--passb);color:var(--pass)}
.verdict.fail{background:var(--failb);color:var(--fail)}.verdict.warn{background:var(--warnb);color:var(--warn)}
.counts{display:flex;flex-wrap:wrap;gap:.4rem 1.3rem}.counts li{display:flex;gap:.45rem;align-items:center}
.badge{flex:none;display:inline-flex;width:1.35rem;height:1.35rem;margin-top:.1rem;align-items:center;justify-content:center;border-radius:50%;font-size:.85rem;line-height:1;font-weight:700;color:var(--card);background:var(--skip)}
.fail .badge{background:var(--fail)}.warn .badge{background:var(--warn)}.info .badge{background:var(--info)}.pass .badge{background:var(--pass)}
article{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--skip);border-radius:.5rem;padding:.9rem 1rem;margin:.7rem 0;break-inside:avoid}
article.fail{border-left-color:var(--fail)}article.warn{border-left-color:var(--warn)}article.info{border-left-color:var(--info)}
.id{color:var(--dim);font-size:.85rem;margin:.1rem 0 .5rem 1.95rem}.what{font-weight:500}.why{color:var(--dim);margin-top:.4rem}
.fix{margin-top:.7rem}pre{margin-top:.4rem;padding:.6rem .8rem;border-radius:.4rem;background:var(--soft);white-space:pre-wrap}
details{background:var(--card);border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0}
summary{cursor:pointer;padding:.7rem 1rem}summary span{color:var(--dim);margin-left:.4rem}summary b,.able b{display:inline-block}summary b::first-letter,.able b::first-letter{text-transform:uppercase}
.rows li{display:flex;gap:.7rem;padding:.6rem 1rem;border-top:1px solid var(--line)}.rows div{min-width:0}.rows code{color:var(--dim)}
.able{background:var(--card);border:1px solid var(--line);border-radius:.5rem}.able li:first-child{border-top:0}
@media print{body{max-width:none;background:#fff}article,details{break-inside:avoid}}
`;
