import { expect, it } from 'vitest';
import { withEagerModules } from './eager_modules.mjs';

it('puts each module of a script in parentheses and leaves the rest alone', () => {
  const code = '(globalThis.M||(globalThis.M=[])).push(["object"==typeof document?document.currentScript:void 0,1,(e,t)=>{e(()=>1)},2,function(e){},{a:()=>2}]);';

  expect(withEagerModules(code)).toBe(
    '(globalThis.M||(globalThis.M=[])).push(["object"==typeof document?document.currentScript:void 0,1,((e,t)=>{e(()=>1)}),2,(function(e){}),{a:()=>2}]);',
  );
});

it('changes no script that registers no modules', () => {
  const code = '(()=>{const list=[];list.push([()=>1]);f(()=>2)})();';

  expect(withEagerModules(code)).toBe(code);
});
