export default function HomePage() {
  return <h1>QuickClinic</h1>;
}
