#pragma once

#include <type_traits>

namespace quickclinic::socketio {

/// `FunctionType<F>::type` is `R(P...)` for a callable that is called in one way only: a function,
/// a lambda without `auto` parameters, a std::function. Other types have no `type`.
template <class F>
struct FunctionType {};

template <class R, class... P>
struct FunctionType<R (*)(P...)> : std::type_identity<R(P...)> {};
template <class R, class... P>
struct FunctionType<R (*)(P...) noexcept> : std::type_identity<R(P...)> {};
template <class R, class C, class... P>
struct FunctionType<R (C::*)(P...)> : std::type_identity<R(P...)> {};
template <class R, class C, class... P>
struct FunctionType<R (C::*)(P...) const> : std::type_identity<R(P...)> {};
template <class R, class C, class... P>
struct FunctionType<R (C::*)(P...) noexcept> : std::type_identity<R(P...)> {};
template <class R, class C, class... P>
struct FunctionType<R (C::*)(P...) const noexcept> : std::type_identity<R(P...)> {};

template <class F>
  requires requires { &F::operator(); }
struct FunctionType<F> : FunctionType<decltype(&F::operator())> {};

}  // namespace quickclinic::socketio
