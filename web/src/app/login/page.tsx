export default function LoginPage() {
  return <h1>QuickClinic</h1>;
}
