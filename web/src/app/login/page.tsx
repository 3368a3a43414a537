import { LoginScreen } from './login_screen';

export default function LoginPage() {
  return <LoginScreen />;
}
